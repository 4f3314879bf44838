// For a page that shows charts of a command center: put this script beside the frames that `cx embed` prints. It makes each frame as tall
// as its chart, and does what the frame's attributes and the page ask of it:
//
//   <iframe data-command-center src="…" data-renew="/charts/renew" data-theme="dark" data-size="large">
//
// data-renew   an address of this page's own server. It is sent {"token": …} as JSON and answers {"token": …}: the server adds the key.
// data-theme   light or dark, also later: commandCenterCharts.theme("dark") or by changing the attribute.
// data-size    small or large.
//
// Each frame is told of by events, which bubble: "commandcenter:clicked" with detail {metric, part, text} when somebody clicks a number,
// "commandcenter:size" with {height}, "commandcenter:renewed" and "commandcenter:failed" with {problem}.
(function () {
  "use strict";
  var FRAMES = "iframe[data-command-center]", TALLEST = 20000, ready = new WeakSet();

  function originOf(frame) { return new URL(frame.src, window.location.href).origin; }

  function say(frame, what, fields) {
    if (frame.contentWindow) { frame.contentWindow.postMessage(Object.assign({ commandCenter: what }, fields), originOf(frame)); }
  }

  function happened(frame, what, detail) {
    frame.dispatchEvent(new CustomEvent("commandcenter:" + what, { bubbles: true, detail: detail }));
  }

  function looks(frame) {
    if (!ready.has(frame)) { return; }
    if (frame.hasAttribute("data-theme")) { say(frame, "theme", { theme: frame.getAttribute("data-theme") }); }
    if (frame.hasAttribute("data-size")) { say(frame, "zoom", { size: frame.getAttribute("data-size") }); }
  }

  function renew(frame, token) {
    var address = frame.getAttribute("data-renew");
    if (!address) { return; }
    fetch(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token: token }) }).then(function (answer) {
      return answer.json().then(function (told) {
        if (!answer.ok || !told.token) { throw new Error(told.problem || "no token"); }
        say(frame, "token", { token: told.token });
        happened(frame, "renewed", {});
      });
    }).catch(function (error) { happened(frame, "failed", { problem: error.message }); });
  }

  var ON = {
    ready: function (frame) { ready.add(frame); say(frame, "clicks", {}); looks(frame); },
    size: function (frame, said) {
      if (!(said.height > 0 && said.height < TALLEST)) { return; }
      frame.style.height = Math.ceil(said.height) + "px";
      happened(frame, "size", { height: said.height });
    },
    clicked: function (frame, said) { happened(frame, "clicked", { metric: said.metric, part: said.part, text: said.text }); },
    renew: function (frame, said) { renew(frame, said.token); },
  };

  // Only what one of our frames says, from the origin that it was taken from, is listened to.
  window.addEventListener("message", function (event) {
    var said = event.data, frames = Array.prototype.slice.call(document.querySelectorAll(FRAMES));
    var frame = frames.find(function (each) { return each.contentWindow === event.source; });
    if (frame && event.origin === originOf(frame) && said && Object.hasOwn(ON, said.commandCenter)) { ON[said.commandCenter](frame, said); }
  });

  new MutationObserver(function (changes) {
    changes.forEach(function (change) { if (change.target.matches(FRAMES)) { looks(change.target); } });
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["data-theme", "data-size"] });

  // A frame that was there before this script is asked once more what it has said already; one that is still empty hears nothing.
  document.querySelectorAll(FRAMES).forEach(function (frame) { frame.contentWindow.postMessage({ commandCenter: "hello" }, "*"); });

  window.commandCenterCharts = {
    theme: function (theme) { document.querySelectorAll(FRAMES).forEach(function (frame) { frame.setAttribute("data-theme", theme); }); },
  };
})();

// The menu of a panel: the table in its place, and what is drawn as a picture. What makes pictures is fetched when one is asked for.
(function () {
  "use strict";
  var PICTURE = "/assets/picture.js";
  var coming = null;

  function pictures() {
    coming = coming || new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.src = PICTURE;
      script.onload = function () { done(window.commandCenterPicture); };
      script.onerror = function () { coming = null; script.remove(); failed(new Error("no picture")); };
      document.head.appendChild(script);
    });
    return coming;
  }

  function close(menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  function turn(menu) {
    var table = menu.parentElement.querySelector(":scope > .as-table");
    if (table) { table.open = !table.open; }
  }

  function save(menu, button) {
    var kind = button.getAttribute("data-does");
    button.removeAttribute("data-failed");
    pictures().then(function (picture) { return picture.save(menu, kind); })
      .then(function () { close(menu); }, function () { button.setAttribute("data-failed", ""); });
  }

  // The dialog that makes a link for another page. It is the server's, and its form is sent as every form of ours is.
  function give(button) {
    button.removeAttribute("data-failed");
    fetch("/api/embeds?at=" + encodeURIComponent(button.getAttribute("data-at")) + "&panel=" + encodeURIComponent(button.getAttribute("data-of")), { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (html) {
      var menu = button.closest(".panel-menu"), box = document.createElement("dialog"), closer = document.createElement("button");
      box.className = "ways is-embed";
      box.setAttribute("aria-labelledby", "embed-title");
      closer.type = "button"; closer.className = "tool closes";
      closer.textContent = window.dash_clientside.command_center.say("Close");
      closer.addEventListener("click", function () { box.close(); });
      box.innerHTML = html;
      box.prepend(closer);
      box.addEventListener("close", function () { box.remove(); });
      box.addEventListener("click", function (clicked) { if (clicked.target === box) { box.close(); } });
      close(menu);
      document.body.appendChild(box);
      box.showModal();
      box.querySelector("h2").focus();
    }).catch(function () { button.setAttribute("data-failed", ""); });
  }

  document.addEventListener("click", function (event) {
    var chosen = event.target.closest(".panel-menu button, .panel-menu a[download]");
    if (!chosen) { return; }
    var menu = chosen.closest(".panel-menu"), does = chosen.getAttribute("data-does");
    if (does === "png" || does === "svg") { save(menu, chosen); return; }
    if (does === "table") { turn(menu); }
    if (does === "embed") { give(chosen); return; }
    close(menu);
  });

  // Down from the button into the menu, up and down in it, and closed once the focus has left it.
  var STEPS = { ArrowDown: 1, ArrowUp: -1 };
  document.addEventListener("keydown", function (event) {
    var menu = event.target.closest(".panel-menu");
    if (!menu || !(event.key in STEPS || event.key === "Home" || event.key === "End")) { return; }
    var all = Array.prototype.slice.call(menu.querySelectorAll("li > a, li > button")), at = all.indexOf(document.activeElement);
    if (!all.length) { return; }
    event.preventDefault();
    menu.open = true;
    var to = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : at < 0 && event.key === "ArrowUp" ? all.length - 1 : at + STEPS[event.key];
    all[(to + all.length) % all.length].focus();
  });

  document.addEventListener("focusout", function (event) {
    var menu = event.target.closest(".panel-menu");
    if (menu && menu.open && event.relatedTarget && !menu.contains(event.relatedTarget)) { menu.open = false; }
  });
})();

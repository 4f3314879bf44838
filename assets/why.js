// A list of people is taken along for a purpose: a link that holds one (data-why) asks for it first, and sends it along.
(function () {
  "use strict";
  var KEPT = "command-center-why", LONGEST = 120;

  function make(name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes).forEach(function (each) { element.setAttribute(each, attributes[each]); });
    if (text) { element.textContent = text; }
    return element;
  }

  // What was said last stands there again, as long as this tab is open.
  function said(text) {
    try {
      if (text) { window.sessionStorage.setItem(KEPT, text); }
      return window.sessionStorage.getItem(KEPT) || "";
    } catch (error) { return text || ""; }
  }

  function take(link, purpose) {
    var address = link.getAttribute("href"), away = make("a", { download: "" });
    away.href = address + (address.indexOf("?") < 0 ? "?" : "&") + new URLSearchParams({ why: purpose });
    document.body.appendChild(away);
    away.click();
    away.remove();
  }

  function ask(link) {
    var say = window.dash_clientside.command_center.say;
    var box = make("dialog", { "class": "ways is-why", "aria-labelledby": "why-title" });
    var closer = make("button", { type: "button", "class": "tool closes" }, say("Close"));
    var form = make("form", { method: "dialog", "class": "save-view" }), line = make("div", { "class": "line" });
    var input = make("input", { id: "why", required: "", maxlength: LONGEST, pattern: ".*\\S.*", autocomplete: "off", "aria-describedby": "why-note" });
    input.value = said();
    line.append(input, make("button", { type: "submit", "class": "button" }, say("Download")));
    form.append(make("label", { "for": "why" }, say("Purpose")), line, make("p", { id: "why-note", "class": "note" },
      say("It is written into the audit log, with who takes the list along, when, and whom it holds. Name no customer here.")));
    box.append(closer, make("h2", { id: "why-title" }, say("What are these people needed for?")), form);
    closer.addEventListener("click", function () { box.close(); });
    box.addEventListener("close", function () { box.remove(); });
    box.addEventListener("click", function (event) { if (event.target === box) { box.close(); } });
    form.addEventListener("submit", function () { take(link, said(input.value.trim())); });
    document.body.appendChild(box);
    box.showModal();
    input.focus();
    input.select();
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-why]");
    if (!link) { return; }
    event.preventDefault();
    ask(link);
  });
})();

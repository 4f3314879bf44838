// The theme before the first paint: the reader's choice, else the system's.
(function () {
  "use strict";
  var root = document.documentElement;
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try { return window.localStorage.getItem("theme"); } catch (error) { return null; }
  }

  function show() {
    var theme = chosen();
    root.setAttribute("data-theme-choice", theme === "dark" || theme === "light" ? theme : "system");
    root.setAttribute("data-bs-theme", theme === "dark" || theme === "light" ? theme : dark.matches ? "dark" : "light");
  }

  // Light and dark by turns; what equals the system's is not kept, so the system is followed again.
  function turn() {
    var next = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    try {
      if (next === (dark.matches ? "dark" : "light")) { window.localStorage.removeItem("theme"); }
      else { window.localStorage.setItem("theme", next); }
    } catch (error) { /* without storage the choice lasts as long as the page */ }
    show();
    if (root.getAttribute("data-bs-theme") !== next) { root.setAttribute("data-bs-theme", next); }
    return next;
  }

  dark.addEventListener("change", show);
  window.addEventListener("storage", show);
  window.commandCenterTheme = { turn: turn };
  show();
})();

// A chart on somebody else's page: it keeps itself up to date, takes its theme and its size from the page around it, tells that page
// how tall it is and what was clicked, and asks it for another link before its own ends. It speaks with the page it was made for alone.
(function () {
  "use strict";
  var root = document.documentElement, words = JSON.parse(root.getAttribute("data-words") || "{}");
  var audience = root.getAttribute("data-audience"), isFramed = window.parent !== window;
  var address = root.getAttribute("data-address"), ends = Number(root.getAttribute("data-ends")), mark = root.getAttribute("data-mark");
  var wait = Number(root.getAttribute("data-poll")), failures = 0, lastAnswer = Date.now(), isAsked = 0, told = 0;
  var BEFORE = 90, LONGEST_WAIT = 60; // seconds

  function say(text, fields) {
    return (words[text] || text).replace(/\{(\w+)\}/g, function (whole, name) { return fields && name in fields ? fields[name] : whole; });
  }

  // ---- the theme, before the first paint ----------------------------------------------------------------------

  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  function show() {
    var theme = root.getAttribute("data-theme");
    root.setAttribute("data-bs-theme", theme === "dark" || theme === "light" ? theme : dark.matches ? "dark" : "light");
  }
  dark.addEventListener("change", show);
  show();

  // ---- the page around ------------------------------------------------------------------------------------------

  function tell(what, fields) {
    if (isFramed && audience) { window.parent.postMessage(Object.assign({ commandCenter: what }, fields), audience); }
  }

  function tellSize() {
    var tall = Math.ceil(document.body.getBoundingClientRect().height);
    if (tall !== told) { told = tall; tell("size", { height: tall }); }
  }

  window.addEventListener("message", function (event) {
    var said = event.data;
    if (event.source !== window.parent || event.origin !== audience || !said || typeof said !== "object") { return; }
    if (said.commandCenter === "theme" && ["light", "dark", ""].indexOf(said.theme) >= 0) { root.setAttribute("data-theme", said.theme); show(); }
    if (said.commandCenter === "zoom" && ["small", "large", ""].indexOf(said.size) >= 0) { root.setAttribute("data-size", said.size); tellSize(); }
    if (said.commandCenter === "token" && typeof said.token === "string" && /^[\w.-]{20,4000}$/.test(said.token)) {
      address = "/embed/" + said.token;
      ask();
    }
    if (said.commandCenter === "hello") { told = 0; tell("ready", {}); tellSize(); }
    if (said.commandCenter === "clicks") { root.setAttribute("data-clicks", ""); makeButtons(); }
  });

  // A number says what it is when it is clicked, where the page around listens.
  function makeButtons() {
    document.querySelectorAll(root.hasAttribute("data-clicks") ? "a[data-part]" : "a[data-behind]").forEach(function (each) { each.setAttribute("role", "button"); each.setAttribute("tabindex", "0"); });
  }

  function clicked(event) {
    var each = event.target.closest && event.target.closest("a[data-part][role=button]");
    if (!each || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) { return; }
    event.preventDefault();
    tell("clicked", Object.assign({ text: (each.getAttribute("aria-label") || each.textContent).trim() }, JSON.parse(each.getAttribute("data-part"))));
    if (each.hasAttribute("data-behind")) { list(each); }
  }

  // Where the link lets a number open: who is behind it, under the chart.
  var opener = null;
  function list(each) {
    var place = document.getElementById("behind");
    opener = each;
    fetch(address + "/behind?lang=" + root.getAttribute("data-lang") + "&number=" + encodeURIComponent(each.getAttribute("data-behind")),
      { cache: "no-store", referrerPolicy: "no-referrer", credentials: "omit" }).then(function (answer) {
      if (!answer.ok) { throw new Error("no list"); }
      return answer.text();
    }).then(function (html) {
      place.querySelector("div").innerHTML = html;
      place.hidden = false;
      place.querySelector("button").focus();
      tellSize();
    }).catch(function () { /* the band says what is wrong, once it is more than a moment */ });
  }

  function closeList() {
    document.getElementById("behind").hidden = true;
    if (opener && document.contains(opener)) { opener.focus(); }
    tellSize();
  }
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", clicked);

  // ---- keeping up to date -----------------------------------------------------------------------------------------

  function put(chart) {
    var open = document.querySelector("#chart > .as-table[open]") !== null;
    document.getElementById("chart").innerHTML = chart.html;
    document.getElementById("lines").replaceChildren.apply(document.getElementById("lines"), chart.lines.map(function (line) {
      var part = document.createElement("p");
      part.textContent = line;
      return part;
    }));
    document.title = chart.title;
    var table = document.querySelector("#chart > .as-table");
    if (table) { table.open = open; }
    mark = chart.mark;
    makeButtons();
  }

  function band(sentence) {
    var place = document.getElementById("band");
    if (place.textContent !== sentence) { place.textContent = sentence; place.hidden = !sentence; tellSize(); }
  }

  function clock(moment) { return new Date(moment).toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit" }); }

  function ask() {
    var asked = address, headers = mark ? { "If-None-Match": '"' + mark + '"' } : {};
    return fetch(asked + "/panel?lang=" + root.getAttribute("data-lang"), { cache: "no-store", headers: headers, referrerPolicy: "no-referrer", credentials: "omit" }).then(function (answer) {
      if (answer.status === 304) { return null; }
      return answer.json().then(function (chart) {
        if (answer.status === 403 || answer.status === 410) { return { refused: chart.problem }; }
        if (!answer.ok) { throw new Error("no answer"); }
        return chart;
      });
    }).then(function (chart) {
      failures = 0;
      if (asked !== address) { return; }
      if (chart && chart.refused) { band(say("▲ No longer kept up to date, last at {time}. {why}", { time: clock(lastAnswer), why: chart.refused })); return; }
      lastAnswer = Date.now();
      if (chart) { ends = chart.ends; put(chart); tellSize(); }
      band("");
    }).catch(function () {
      failures += 1;
      if (failures > 2) { band(say("▲ No answer since {time}: these are the last figures, and they may be old.", { time: clock(lastAnswer) })); }
    });
  }

  function renew() {
    var left = ends - Date.now() / 1000;
    if (left > BEFORE || Date.now() - isAsked < 15000) { return; }
    isAsked = Date.now();
    tell("renew", { token: address.slice("/embed/".length) });
  }

  function poll() {
    renew();
    ask().finally(function () {
      var pause = Math.min(LONGEST_WAIT, wait * Math.min(Math.pow(1.6, failures), 10));
      window.setTimeout(poll, 1000 * pause * (0.8 + 0.4 * Math.random()));
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelector("#behind button").addEventListener("click", closeList);
    makeButtons();
    tell("ready", {});
    new ResizeObserver(tellSize).observe(document.body);
    tellSize();
    window.setTimeout(poll, 1000 * wait);
  });
})();

// Loaded once somebody asks for it: the palette (Ctrl K), the saved views, and the keys. Each is a dialog, so that the browser itself
// keeps the focus inside, closes on Escape and gives the focus back to what opened it.
(function () {
  "use strict";
  var app = window.dash_clientside.command_center;
  var CARRIED = /^(period|compare|lang|where\..*)$/;
  var ORDER = ["page", "view", "section", "metric", "segment", "list", "action", "customer"];
  var MOST = 24, PAUSE = 180;
  var index = null; // the last that the server told: shown at once, and asked for again each time

  function make(name, attributes, text) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (each) { element.setAttribute(each, attributes[each]); });
    if (text !== undefined) { element.textContent = text; }
    return element;
  }

  function language() {
    var chosen = new URLSearchParams(window.location.search).get("lang");
    return chosen ? "&lang=" + encodeURIComponent(chosen) : "";
  }

  function asked(address) {
    return fetch(address, { cache: "no-store" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer;
    });
  }

  // ---- dialogs ----------------------------------------------------------------------------------------------

  function dialog(kind, name) {
    var open = document.querySelector("dialog.ways");
    if (open) { open.close(); }
    var made = make("dialog", { "class": "ways is-" + kind, "aria-label": name });
    made.addEventListener("close", function () { made.remove(); });
    made.addEventListener("click", function (event) {
      if (event.target === made || event.target.closest("a[data-nav], [data-closes]")) { made.close(); } // a click beside it is on it
    });
    document.body.appendChild(made);
    return made;
  }

  function closer() {
    var button = make("button", { type: "button", "class": "tool closes", "data-closes": "true" }, app.say("Close") + " ");
    button.appendChild(make("span", { "aria-hidden": "true" }, "✕"));
    return button;
  }

  function toast(text) {
    var there = document.querySelector(".toast") || document.body.appendChild(make("div", { "class": "toast", role: "status" }));
    there.textContent = text;
    window.setTimeout(function () { if (there.textContent === text) { there.remove(); } }, 4000);
  }

  function copy(address) {
    var whole = new URL(address, window.location.href).href;
    navigator.clipboard.writeText(whole).then(function () { toast(word("copied")); }, function () { toast(whole); });
  }

  function word(name, fields) {
    return ((index && index.words[name]) || "").replace("{n}", fields ? fields.n : "");
  }

  function load() {
    return asked("/api/palette?_=" + language()).then(function (answer) { return answer.json(); }).then(function (told) {
      told.entries.forEach(function (each) {
        each.plain = plain(each.title);
        each.all = each.plain + " " + plain(each.also + " " + each.text);
      });
      index = told;
    });
  }

  // ---- what is found, and in which order ---------------------------------------------------------------------

  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  }

  function begin(text, wanted) {
    var words = text.split(" ");
    return wanted.every(function (each) { return words.some(function (word) { return word.indexOf(each) === 0; }); });
  }

  function holds(text, wanted) {
    return wanted.every(function (each) { return text.indexOf(each) >= 0; });
  }

  // The letters one after the other, with others between them: "cstlst" finds "customers lost".
  function spells(text, letters) {
    var at = -1;
    return text[0] === letters[0] && letters.split("").every(function (letter) { return (at = text.indexOf(letter, at + 1)) >= 0; });
  }

  // 0 the title; 1 its beginning; 2 its words' beginnings; 3 within it; 4 words of what is said of it; 5 within that.
  function rank(entry, text, wanted) {
    if (entry.plain === text) { return 0; }
    if (entry.plain.indexOf(text) === 0) { return 1; }
    if (begin(entry.plain, wanted)) { return 2; }
    if (entry.plain.indexOf(text) >= 0) { return 3; }
    if (begin(entry.all, wanted)) { return 4; }
    return holds(entry.all, wanted) ? 5 : 9;
  }

  function found(entries, typed) {
    var text = plain(typed), wanted = text.split(" ");
    var ranked = entries.map(function (entry, at) {
      var isUsual = entry.kind === "page" || entry.kind === "view" || entry.kind === "action";
      return { entry: entry, at: at, rank: text ? rank(entry, text, wanted) : isUsual ? 0 : 9, kind: ORDER.indexOf(entry.kind) };
    });
    var some = ranked.filter(function (each) { return each.rank < 9; });
    if (!some.length && text.length > 2) {
      some = ranked.filter(function (each) { return spells(each.entry.plain.replace(/ /g, ""), text.replace(/ /g, "")); });
    }
    some.sort(function (a, b) { return a.rank - b.rank || a.kind - b.kind || a.at - b.at; });
    return some.slice(0, MOST).map(function (each) { return each.entry; });
  }

  // ---- where it leads ---------------------------------------------------------------------------------------

  function choose(entry) {
    if (entry.act) { ACTS[entry.act](); return; }
    if (entry.path) { leave(entry.path + carried() + (entry.at ? "#" + entry.at : "")); return; }
    if (entry.address) { leave(entry.address + (language() ? (entry.address.indexOf("?") < 0 ? "?" : "&") + language().slice(1) : "")); return; }
    var address = changed(entry.change);
    if (entry.anew) { window.location.assign(address); } else { app.go(address); }
  }

  function leave(address) {
    window.scrollTo(0, 0);
    document.getElementById("page").focus({ preventScroll: true });
    app.go(address);
  }

  function written(query, path) {
    return path + (query.toString() ? "?" + query : "");
  }

  function carried() {
    var query = new URLSearchParams(window.location.search);
    Array.from(query.keys()).forEach(function (name) { if (!CARRIED.test(name)) { query.delete(name); } });
    return written(query, "");
  }

  function changed(change) {
    var query = new URLSearchParams(window.location.search);
    Array.from(query.keys()).forEach(function (name) { if (app.isDrawers(name)) { query.delete(name); } });
    Object.keys(change).forEach(function (name) {
      query.delete(name);
      if (change[name] !== null) { query.set(name, change[name]); }
    });
    return written(query, window.location.pathname);
  }

  var ACTS = {
    theme: function () { window.commandCenterTheme.turn(); },
    views: function () { open("views"); },
    keys: function () { open("keys"); },
    copy: function () { copy(window.location.href); },
    wall: function () {
      var query = new URLSearchParams(carried());
      query.set("wall", "1");
      query.set("pages", window.location.pathname.split("/")[1] || "overview");
      window.location.assign("/?" + query);
    },
  };

  // ---- the palette ------------------------------------------------------------------------------------------

  function palette() {
    var title = app.say("Find a page, a number, a customer, or what to do");
    var box = dialog("palette", title), shown = [], at = 0, people = [], asking = null, turn = 0;
    var input = make("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "ways-found", "aria-autocomplete": "list", "aria-label": title,
      placeholder: title, autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
    });
    var list = make("ul", { id: "ways-found", role: "listbox", "aria-label": title });
    var status = make("p", { "class": "read", role: "status" }), hint = make("p", { "class": "hint", "aria-hidden": "true" });
    var line = make("div", { "class": "find-line" });
    line.append(input, closer());
    box.append(line, list, status, hint);

    function show(isNew) {
      var typed = input.value;
      shown = (index ? found(index.entries, typed) : []).concat(people);
      at = isNew ? 0 : Math.min(at, Math.max(0, shown.length - 1));
      list.replaceChildren.apply(list, shown.map(option));
      if (index && !shown.length && !asking) { list.appendChild(make("li", { role: "presentation", "class": "nothing" }, word("none"))); }
      hint.textContent = asking ? word("looking") : word("hint");
      status.textContent = asking || !index ? "" : word("found", { n: shown.length });
      mark();
    }

    function option(entry, number) {
      var each = make("li", { role: "option", id: "way-" + number, "aria-selected": "false", "data-at": number });
      each.append(make("b", {}, entry.title), " ", make("span", {}, entry.text), " ", make("em", {}, word(entry.kind)));
      return each;
    }

    function mark() {
      Array.prototype.forEach.call(list.children, function (each, number) { each.setAttribute("aria-selected", String(number === at)); });
      var chosen = shown.length ? list.children[at] : null;
      if (chosen) { chosen.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", chosen.id); }
      else { input.removeAttribute("aria-activedescendant"); }
    }

    function ask() {
      window.clearTimeout(asking);
      var typed = input.value.trim(), mine = (turn += 1);
      people = [];
      asking = typed.length < 2 ? null : window.setTimeout(function () {
        asked("/api/find?q=" + encodeURIComponent(typed) + language()).then(function (answer) { return answer.json(); }).then(function (told) {
          if (mine === turn) { people = told.entries; }
        }, function () { /* pages and numbers are found all the same */ }).then(function () {
          if (mine === turn) { asking = null; show(false); }
        });
      }, PAUSE);
    }

    function take(number) {
      var entry = shown[number];
      if (!entry) { return; }
      box.close();
      choose(entry);
    }

    input.addEventListener("input", function () { ask(); show(true); });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || !shown.length && event.key !== "Tab") { return; }
      var step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
      if (step) {
        event.preventDefault();
        at = Math.abs(step) === 1 ? (at + step + shown.length) % shown.length : Math.max(0, Math.min(shown.length - 1, at + step));
        mark();
      }
      if (event.key === "Enter") { event.preventDefault(); take(at); }
    });
    list.addEventListener("mousedown", function (event) { event.preventDefault(); }); // the focus stays where one types
    list.addEventListener("click", function (event) {
      var each = event.target.closest("[data-at]");
      if (each) { take(Number(each.getAttribute("data-at"))); }
    });
    box.showModal();
    input.focus();
    show(true);
    load().then(function () { show(false); }, function () { hint.textContent = app.say("The server does not answer. Try again in a moment."); });
  }

  // ---- saved views, and the keys ----------------------------------------------------------------------------

  function views() {
    var box = dialog("views", ""), inner = make("div", { "data-answers": "true" });
    box.removeAttribute("aria-label");
    box.setAttribute("aria-labelledby", "views-title");
    box.append(closer(), inner);
    inner.addEventListener("answered", function () { first(inner, "h2"); });
    inner.addEventListener("click", function (event) {
      var link = event.target.closest("[data-copies]");
      if (link) { event.preventDefault(); copy(link.getAttribute("data-copies")); }
    });
    box.showModal();
    Promise.all([asked("/api/views?at=" + encodeURIComponent(window.location.pathname + window.location.search)), index || load()])
      .then(function (both) { return both[0].text(); })
      .then(function (html) { inner.innerHTML = html; first(inner, "input[name=title]"); },
        function () { inner.textContent = app.say("The server does not answer. Try again in a moment."); });
  }

  function first(inner, selector) {
    var element = inner.querySelector(selector) || inner.querySelector("h2");
    if (element) { element.focus(); }
  }

  function keys() {
    (index ? Promise.resolve() : load()).then(function () {
      var box = dialog("keys", word("keys")), table = make("dl");
      index.keys.forEach(function (each) {
        var told = make("dt");
        each[0].split(", ").forEach(function (key, number) { told.append(number ? " · " : "", make("kbd", {}, key)); });
        table.append(told, make("dd", {}, each[1]));
      });
      var tick = make("input", { type: "checkbox" }), label = make("label", { "class": "tick" });
      try { tick.checked = window.localStorage.getItem("single-keys") !== "off"; } catch (error) { tick.checked = true; }
      tick.addEventListener("change", function () {
        try { window.localStorage.setItem("single-keys", tick.checked ? "on" : "off"); } catch (error) { /* they stay as they are */ }
      });
      label.append(tick, " " + word("single"));
      box.append(closer(), make("h2", {}, word("keys")), table, label);
      box.showModal();
    }, function () { toast(app.say("The server does not answer. Try again in a moment.")); });
  }

  function open(name) {
    if (name === "palette" && document.querySelector("dialog.is-palette")) { document.querySelector("dialog.is-palette").close(); return; }
    ({ palette: palette, views: views, keys: keys }[name] || palette)();
  }

  window.commandCenterWays = { open: open };
})();

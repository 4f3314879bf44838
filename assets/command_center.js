// The one script of the pages: it puts the server's strings into their places and replaces only what changed,
// follows links without reloading, asks for a new version every few seconds, and shows that it is alive.
(function () {
  "use strict";
  var OURS = /^(open|over|per|rows|show|draw|mark\..*|with\..*|opt\..*)$/;
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var opener = null;
  var isAsked = false; // whether somebody opened a number beside the one that is open: the focus follows
  var shown = null; // the version that the panels were drawn from
  var arrived = ""; // the part of a page that an address named last, and that was scrolled to
  var drawnAt = ""; // when a panel last changed, on this machine's clock

  // ---- words -------------------------------------------------------------------------------------------------

  // The document brings the few texts that the script says by itself, by their English ones.
  var words = JSON.parse(document.documentElement.getAttribute("data-words") || "{}");
  function say(text, fields) {
    return (words[text] || text).replace(/\{(\w+)\}/g, function (whole, name) { return fields && name in fields ? fields[name] : whole; });
  }

  // ---- the address ------------------------------------------------------------------------------------------

  function split(search) {
    var view = [], target = [];
    (search || "").replace(/^\?/, "").split("&").forEach(function (pair) {
      if (!pair) { return; }
      var name = pair.split("=")[0];
      try { name = decodeURIComponent(name); } catch (error) { /* the server will refuse it */ }
      (OURS.test(name) ? target : view).push(pair);
    });
    return { view: view.join("&"), target: target.join("&") };
  }

  // Where `/` alone opens a saved view, the overview is asked for by an address that says so.
  function spelled(href) {
    return document.documentElement.hasAttribute("data-start") && /^\/(#|$)/.test(href) ? "/?v=1" + href.slice(1) : href;
  }

  function go(href, isReplaced) {
    href = spelled(href);
    arrived = "";
    window.history[isReplaced ? "replaceState" : "pushState"]({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    if (window.location.hash) { window.setTimeout(markPage, 0); } // a part of this very page changes nothing else
  }

  // A page that is left is not asked once more: its panels would answer into a page that is gone. What the address says beside
  // the page waits in `coming`, and the next page brings it along.
  function readAddress(pathname, search, path, view, target) {
    var now = split(search), same = dash.no_update, frame = document.querySelector("#page > [data-path]");
    if (path && !(pathname === path && frame && frame.getAttribute("data-path") === path)) { return [pathname, now, same, same]; }
    return [
      pathname === path ? same : pathname,
      now,
      now.view === view ? same : now.view,
      now.target === target && pathname === path && now.view === view ? same : now.target,
    ];
  }

  // ---- putting strings into the page ------------------------------------------------------------------------

  function parsed(html) {
    var template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
  }

  function sameKind(a, b) {
    return a.nodeType === b.nodeType && a.nodeName === b.nodeName &&
      (a.nodeType !== 1 || (a.getAttribute("data-key") || "") === (b.getAttribute("data-key") || ""));
  }

  function copyAttributes(from, to) {
    Array.prototype.slice.call(to.attributes).forEach(function (each) {
      if (!from.hasAttribute(each.name) && !(each.name === "open" && to.nodeName === "DETAILS")) { to.removeAttribute(each.name); }
    });
    Array.prototype.slice.call(from.attributes).forEach(function (each) {
      if (to.getAttribute(each.name) !== each.value) { to.setAttribute(each.name, each.value); }
    });
  }

  // Makes `to` equal to `from` by touching only the nodes that differ: focus, selection and scrolling stay.
  function mend(from, to) {
    var wanted = Array.prototype.slice.call(from.childNodes);
    wanted.forEach(function (node, i) {
      var there = to.childNodes[i];
      if (!there) { to.appendChild(document.importNode(node, true)); return; }
      if (!sameKind(node, there)) { to.replaceChild(document.importNode(node, true), there); return; }
      if (node.nodeType !== 1) {
        if (there.nodeValue !== node.nodeValue) { there.nodeValue = node.nodeValue; }
        return;
      }
      if (there.hasAttribute("data-own") && node.hasAttribute("data-own")) { return; } // what is in it, a script of its own has put there
      if (there.hasAttribute("data-ticks") && there.outerHTML === node.outerHTML) { return; }
      copyAttributes(node, there);
      if (there !== document.activeElement || there.nodeName !== "INPUT") { mend(node, there); }
    });
    while (to.childNodes.length > wanted.length) { to.removeChild(to.lastChild); }
  }

  function put(place, html) {
    if (place.lastPut === html) { return false; }
    mend(parsed(html), place);
    place.lastPut = html;
    return true;
  }

  function places() {
    return Array.prototype.slice.call(document.querySelectorAll("[data-panel]"));
  }

  function putPanels(all) {
    (all || []).forEach(function (each) {
      if (!each) { return; }
      places().forEach(function (place) {
        if (place.getAttribute("data-panel") !== each.panel || place.getAttribute("data-page") !== each.page) { return; }
        if (put(place, each.html)) { drawnAt = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" }); }
        shown = each.version;
        if (place.hasAttribute("data-waits")) { place.removeAttribute("data-waits"); }
      });
    });
    markPage();
    fetchScripts();
    keepTallSoon();
    tick();
    return dash.no_update;
  }

  // A panel that needs more than this script names it.
  function fetchScripts() {
    document.querySelectorAll("[data-script]").forEach(function (each) {
      var source = each.getAttribute("data-script");
      if (document.querySelector('script[src="' + source + '"]')) { return; }
      var script = document.createElement("script");
      script.src = source;
      document.body.appendChild(script);
    });
  }

  // How tall each panel was here before: while it loads again, what stands in its place is as tall. Only this browser knows.
  var TALL = "command-center-tall", MOST_TALL = 400, keeping = null;
  function widthNow() { return Math.round(window.innerWidth / 40); }
  function tallOnes() {
    try { return JSON.parse(window.localStorage.getItem(TALL) || "{}"); } catch (error) { return {}; }
  }
  var OF_PAGE = "#page section[data-section] > .drawn", OF_FRAME = ".top > .drawn";
  function tallKey(place) {
    var frame = place.closest("#page > [data-path]");
    return (frame ? frame.getAttribute("data-path") : "*") + " " + place.getAttribute("data-panel") + " " + widthNow();
  }
  function reserve() {
    var known = null;
    document.querySelectorAll(OF_PAGE + "[data-waits], " + OF_FRAME + "[data-waits]").forEach(function (place) {
      known = known || tallOnes();
      var tall = known[tallKey(place)];
      if (tall && !place.style.getPropertyValue("--tall")) { place.style.setProperty("--tall", tall + "px"); }
    });
  }
  function keepTall() {
    keeping = null;
    if (document.querySelector("[data-waits], .overview") || document.querySelector("#page details[open]")) { return; }
    var known = tallOnes();
    document.querySelectorAll(OF_PAGE + ", " + OF_FRAME).forEach(function (place) {
      known[tallKey(place)] = Math.round(place.getBoundingClientRect().height);
    });
    var keys = Object.keys(known);
    keys.slice(0, Math.max(0, keys.length - MOST_TALL)).forEach(function (key) { delete known[key]; });
    try { window.localStorage.setItem(TALL, JSON.stringify(known)); } catch (error) { /* no room, or not allowed: the measured ones stay */ }
  }
  function keepTallSoon() {
    if (!keeping) { keeping = window.setTimeout(keepTall, 1500); }
  }
  new MutationObserver(reserve).observe(document.documentElement, { childList: true, subtree: true });

  function putDrawer(drawn) {
    var aside = document.getElementById("drawer-place");
    if (!drawn || !aside) { return; }
    var wasOpen = !aside.hidden;
    var held = opener && document.contains(opener) ? opener : null, heldAt = held && held.getBoundingClientRect().top;
    aside.hidden = !drawn.html;
    setBehind(Boolean(drawn.html));
    document.documentElement.classList.toggle("has-drawer", Boolean(drawn.html));
    if (held) { window.scrollBy(0, held.getBoundingClientRect().top - heldAt); } // the page beside a drawer is narrower, and longer
    put(aside, drawn.html);
    var heading = aside.querySelector("h2");
    if (drawn.html && heading && (!wasOpen || isAsked)) { heading.focus({ preventScroll: true }); }
    isAsked = false;
    if (!drawn.html && wasOpen) { backToOpener(); }
    tick();
  }

  // On a small screen the drawer covers the page: what nobody sees is not walked through.
  var small = window.matchMedia("(max-width: 700px)");
  small.addEventListener("change", function () { setBehind(document.documentElement.classList.contains("has-drawer")); });
  function setBehind(isOpen) {
    var isCovered = isOpen && small.matches;
    document.querySelectorAll("#app > header, #app > main, #app > footer").forEach(function (each) { each.inert = isCovered; });
  }

  function backToOpener() {
    var again = opener && (document.contains(opener) ? opener : opener.hasAttribute("data-open") && document.querySelector('[data-open="' + CSS.escape(opener.getAttribute("data-open")) + '"]'));
    if (again) { again.focus({ preventScroll: true }); }
    opener = null;
  }

  function markPage() {
    var aside = document.getElementById("drawer-place");
    if (aside) { aside.setAttribute("aria-label", say("The customers behind a number")); }
    var frame = document.querySelector("#page > [data-title]");
    if (!frame) { return; }
    var company = document.querySelector("[data-company]");
    document.title = frame.getAttribute("data-title") + (company ? " · " + company.textContent : "");
    document.querySelectorAll("nav a[data-path]").forEach(function (link) {
      var isHere = link.getAttribute("data-path") === window.location.pathname ||
        (link.getAttribute("data-path") !== "/" && window.location.pathname.indexOf(link.getAttribute("data-path") + "/") === 0);
      if (isHere) { link.setAttribute("aria-current", "page"); } else { link.removeAttribute("aria-current"); }
    });
    // the header is drawn once for every page: its choices keep the page they are used on
    document.querySelectorAll("a[data-here]").forEach(function (link) {
      link.setAttribute("href", spelled(window.location.pathname + (link.getAttribute("href").match(/\?.*$/) || [""])[0]));
    });
    document.querySelectorAll('a[data-nav][href="/"]').forEach(function (link) { link.setAttribute("href", spelled("/")); });
    toPart(frame);
  }

  // An address may end in a part of its page, #why-they-left: once the page stands, the part is gone to, and the keyboard with it.
  function toPart(frame) {
    var named = window.location.hash.slice(1), key = window.location.pathname + "#" + named;
    if (!named || arrived === key || frame.getAttribute("data-path") !== window.location.pathname) { return; }
    if (frame.querySelector("[data-waits]")) { return; }
    arrived = key;
    var part = frame.querySelector('[data-section="' + CSS.escape(named) + '"], [id="' + CSS.escape(named) + '"]');
    if (!part) { return; }
    part.setAttribute("tabindex", "-1");
    part.focus({ preventScroll: true });
    part.scrollIntoView({ block: "start" });
  }
  window.addEventListener("hashchange", function () { arrived = window.location.pathname + window.location.hash; });

  // ---- hands ------------------------------------------------------------------------------------------------

  document.addEventListener("click", function (event) {
    var switcher = event.target.closest("[data-theme-switch]");
    if (switcher) { window.commandCenterTheme.turn(); return; }
    var way = event.target.closest("button[data-ways]");
    if (way) { openWay(way.getAttribute("data-ways")); return; }
    if (event.target.closest("a.skip")) { event.preventDefault(); document.getElementById("page").focus(); return; }
    document.querySelectorAll("details.chooser[open]").forEach(function (each) {
      if (!each.contains(event.target)) { each.open = false; }
    });
    if (event.target.closest("[data-retry]")) { retries += 1; dash.set_props("version", { data: (shown || "") + "#" + retries }); return; }
    var link = event.target.closest("a[data-open], a[data-nav]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    var inDrawer = link.closest("#drawer-place");
    var chooser = link.closest("details.chooser");
    var isOpening = link.hasAttribute("data-open") && !inDrawer;
    isAsked = isOpening && link.getAttribute("href") !== window.location.pathname + window.location.search;
    if (isOpening) { opener = chooser ? chooser.querySelector("summary") : link; }
    if (chooser) { chooser.open = false; chooser.querySelector("summary").focus(); }
    var href = link.getAttribute("href");
    var leaves = href.split("?")[0] !== window.location.pathname;
    go(href, false);
    if (leaves) { window.scrollTo(0, 0); document.getElementById("page").focus({ preventScroll: true }); }
  });

  // The palette, the saved views and the keys come with a script of their own, once somebody asks for one of them.
  var ways = null;
  function openWay(name) {
    ways = ways || new Promise(function (come, fail) {
      var script = document.createElement("script");
      script.src = document.documentElement.getAttribute("data-ways");
      script.onload = come;
      script.onerror = function () { ways = null; script.remove(); fail(); };
      document.head.appendChild(script);
    });
    ways.then(function () { window.commandCenterWays.open(name); }, function () { /* the server is away: the band says so */ });
  }

  function hasSingleKeys() {
    try { return window.localStorage.getItem("single-keys") !== "off"; } catch (error) { return true; }
  }

  document.addEventListener("keydown", function (event) {
    var isWritten = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openWay("palette");
      return;
    }
    if (event.key === "?" && !isWritten && !event.ctrlKey && !event.metaKey && !event.altKey && hasSingleKeys()) {
      event.preventDefault();
      openWay("keys");
      return;
    }
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) { return; }
    var open = document.querySelector("details.chooser[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); return; }
    var close = document.querySelector("#drawer-place:not([hidden]) [data-close]");
    if (close) { close.click(); }
  });

  var typing = null;
  function search(form, isReplaced) {
    var query = new URLSearchParams(window.location.search), text = form.querySelector("input[name=q]").value.trim();
    if (text) { query.set("q", text); } else { query.delete("q"); }
    Array.from(query.keys()).forEach(function (name) { if (OURS.test(name)) { query.delete(name); } });
    var written = query.toString();
    go(form.getAttribute("action") + (written ? "?" + written : ""), isReplaced);
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("form[data-search]");
    if (form) { event.preventDefault(); window.clearTimeout(typing); search(form, false); }
    var sent = event.target.closest("form[data-sends]");
    if (sent) { event.preventDefault(); send(sent); }
  });

  // A form of ours is sent without leaving the page; what the server says takes the place that is meant for it.
  function send(form) {
    var place = form.closest("[data-answers]") || form.parentElement.querySelector(".answer");
    var button = form.querySelector("button[type=submit]");
    button.disabled = true;
    plainFetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams(new FormData(form)) }).then(function (answer) {
      var isHtml = (answer.headers.get("Content-Type") || "").indexOf("text/html") === 0;
      return answer.text().then(function (text) { if (isHtml) { place.innerHTML = text; } else { complain(place, text); } });
    }, function () { complain(place, say("The server does not answer. Try again in a moment.")); }).then(function () {
      button.disabled = false;
      place.dispatchEvent(new CustomEvent("answered"));
    });
  }

  function complain(place, text) {
    var there = place.querySelector(".wrong") || place.insertBefore(document.createElement("p"), place.firstChild);
    there.className = "wrong";
    there.setAttribute("role", "alert");
    there.textContent = text;
  }

  document.addEventListener("input", function (event) {
    var form = event.target.closest("form[data-search]");
    if (!form) { return; }
    window.clearTimeout(typing);
    typing = window.setTimeout(function () { search(form, true); }, 250);
  });

  // ---- a change on its way ----------------------------------------------------------------------------------

  // Answers take a moment on large data: until they are there, the page says that what it shows is what was.
  var plainFetch = window.fetch, underWay = 0, soon = null;
  function counted(difference) {
    underWay += difference;
    if (underWay && !soon) { soon = window.setTimeout(function () { document.documentElement.setAttribute("data-busy", ""); }, 350); }
    if (!underWay) { window.clearTimeout(soon); soon = null; document.documentElement.removeAttribute("data-busy"); }
  }
  // Answers may come in another order than they were asked for, and Dash keeps the one that comes last: after two quick steps
  // back, that may be the first. An answer whose question was asked anew since is read and left: 204 is Dash's "no update".
  var newest = {};
  function newestOf(output, answer) {
    var asked = newest[output] = {};
    return answer.then(function (given) {
      return newest[output] === asked ? given : given.text().then(function () { return new Response(null, { status: 204 }); });
    });
  }

  window.fetch = function (what, options) {
    var answer = plainFetch.apply(window, arguments);
    if (String((what && what.url) || what).indexOf("_dash-update-component") < 0) { return answer; }
    counted(1);
    answer.then(function () { counted(-1); }, function () { counted(-1); });
    return newestOf(JSON.stringify(JSON.parse(options.body).outputs), answer);
  };

  // ---- alive ------------------------------------------------------------------------------------------------

  var asked = null, retries = 0, wait = 3, failures = 0, lastAnswer = Date.now(), waitingSince = null;

  function ago(seconds) {
    if (seconds < 60) { return say("less than a minute ago"); }
    if (seconds < 7200) { return say("{n} min ago", { n: Math.floor(seconds / 60) }); }
    if (seconds < 172800) { return say("{n} h ago", { n: Math.floor(seconds / 3600) }); }
    return say("{n} days ago", { n: Math.floor(seconds / 86400) });
  }

  function setText(element, text) {
    if (element.textContent !== text) { element.textContent = text; }
  }

  function tick() {
    var now = Date.now();
    document.querySelectorAll("[data-ago]").forEach(function (each) {
      setText(each, ago(Math.max(0, now / 1000 - Number(each.getAttribute("data-ago")))));
    });
    document.querySelectorAll("[data-until]").forEach(function (each) {
      setText(each, each.getAttribute(now / 1000 < Number(each.getAttribute("data-until")) ? "data-short" : "data-long"));
    });
    document.querySelectorAll("[data-drawn]").forEach(function (each) { setText(each, drawnAt); });
    document.querySelectorAll("[data-beat]").forEach(function (each) {
      each.setAttribute("data-beat", String(Math.floor(now / 1000) % 2));
    });
    var band = document.getElementById("band");
    if (!band) { return; }
    var isStale = now - lastAnswer > Math.max(15000, 4000 * wait);
    if (band.hidden === isStale) { band.hidden = !isStale; }
    if (isStale) {
      setText(band, say("▲ No answer from the server since {time}: these are the last figures, and they may be old.",
        { time: new Date(lastAnswer).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) }));
    } else { setText(band, ""); }
  }

  // A new version is asked for once; panels that never came (the server was away) are asked for again.
  function ask(current) {
    if (current && document.querySelector("[data-until-loaded]")) { window.location.reload(); return; }
    var isWaiting = document.querySelector("[data-waits]") !== null;
    waitingSince = isWaiting ? waitingSince || Date.now() : null;
    var isLost = isWaiting && Date.now() - waitingSince > (underWay ? 60000 : 8000); // what is being drawn is not asked for twice
    if (isLost) { waitingSince = Date.now(); retries += 1; }
    if (isLost || (shown !== null && current !== shown && current !== asked)) {
      asked = current;
      dash.set_props("version", { data: current + (isLost ? "#" + retries : "") });
    }
  }

  function poll() {
    fetch("/api/version", { cache: "no-store" }).then(function (answer) {
      if (answer.status === 401) { window.location.reload(); } // the session is over: the page leads to the login and back
      if (!answer.ok) { throw new Error("no version"); }
      return answer.json();
    }).then(function (current) {
      failures = 0;
      lastAnswer = Date.now();
      wait = current.poll_seconds || wait;
      ask(current.version || "");
    }).catch(function () { failures += 1; }).finally(function () {
      var backOff = Math.min(Math.pow(1.6, failures), 10);
      window.setTimeout(poll, 1000 * wait * backOff * (0.8 + 0.4 * Math.random()));
    });
  }

  dash.command_center = {
    readAddress: readAddress, putPanels: putPanels, putDrawer: putDrawer, put: put, go: go, say: say,
    isDrawers: function (name) { return OURS.test(name); },
  };
  window.setInterval(tick, 1000);
  window.setTimeout(poll, 500);
})();

// The wall's script. It asks for one screen every few seconds, keeps the last good state of every panel, turns the screens,
// and shows every second that it is alive. It is made for weeks: four places that are mended, one listener of a kind, no list grows.
(function () {
  "use strict";
  var root = document.documentElement, $ = function (id) { return document.getElementById(id); };
  var STALE_AFTER = 15000, PATIENCE = 60000, SECOND = 1000, ONE_MINUTE = 60000;
  var dwell = Number(root.dataset.dwell) * SECOND, poll = 3;
  var screens = [{ title: "", question: "" }], kept = []; // by screen: what was answered last, and the last good state of each panel
  var at = 0, left = dwell, isPaused = false, turned = Date.now();
  var lastAnswer = Date.now(), skew = 0, problem = "", failures = 0, drawn = null;
  var around = { locale: "en", zone: undefined, company: "", as_of: null, range: null };
  var lock = null, isLocking = false, mistakes = 0, isRenewing = false, lastMinute = 0;

  // ---- what was there before this page was taken anew --------------------------------------------------------

  function remembered(name) { try { return window.sessionStorage.getItem(name); } catch (error) { return null; } }
  function remember(name, value) { try { window.sessionStorage.setItem(name, value); } catch (error) { /* it starts from the first */ } }

  // ---- words ------------------------------------------------------------------------------------------------

  // The document brings the texts that the script says by itself, by their English ones.
  var words = JSON.parse(root.getAttribute("data-words") || "{}");
  function text(english, fields) {
    return (words[english] || english).replace(/\{(\w+)\}/g, function (whole, name) { return fields && name in fields ? fields[name] : whole; });
  }

  var formats = {};
  function format(seconds) {
    var key = around.locale + around.zone + seconds;
    if (!formats[key]) {
      formats[key] = new Intl.DateTimeFormat(around.locale, {
        timeZone: around.zone, hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hourCycle: "h23",
      });
    }
    return formats[key];
  }
  function now() { return Date.now() + skew; }
  function timeOf(moment, seconds) { return format(Boolean(seconds)).format(moment); }

  function ago(seconds) {
    if (seconds < 60) { return text("less than a minute ago"); }
    if (seconds < 7200) { return text("{n} min ago", { n: Math.floor(seconds / 60) }); }
    if (seconds < 172800) { return text("{n} h ago", { n: Math.floor(seconds / 3600) }); }
    return text("{n} days ago", { n: Math.floor(seconds / 86400) });
  }

  // A text is changed in its one text node: nothing is made anew each second.
  function say(element, text) {
    var node = element.firstChild;
    if (!node || node.nodeType !== 3 || node.nextSibling) { element.textContent = text; return; }
    if (node.nodeValue !== text) { node.nodeValue = text; }
  }
  function show(element, isShown) {
    if (element.hidden !== isShown) { return false; }
    element.hidden = !isShown;
    return true;
  }

  // ---- putting strings into the page ------------------------------------------------------------------------

  function sameKind(a, b) {
    return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
  }

  function copyAttributes(from, to) {
    var i, each;
    for (i = to.attributes.length - 1; i >= 0; i -= 1) {
      each = to.attributes[i].name;
      if (!from.hasAttribute(each)) { to.removeAttribute(each); }
    }
    for (i = 0; i < from.attributes.length; i += 1) {
      each = from.attributes[i];
      if (to.getAttribute(each.name) !== each.value) { to.setAttribute(each.name, each.value); }
    }
  }

  // Makes `to` equal to `from` by touching only the nodes that differ.
  function mend(from, to) {
    var node = from.firstChild, there = to.firstChild, next;
    while (node) {
      next = there ? there.nextSibling : null;
      if (!there) { to.appendChild(document.importNode(node, true)); }
      else if (!sameKind(node, there)) { to.replaceChild(document.importNode(node, true), there); }
      else if (node.nodeType !== 1) { if (there.nodeValue !== node.nodeValue) { there.nodeValue = node.nodeValue; } }
      else { copyAttributes(node, there); mend(node, there); }
      node = node.nextSibling;
      there = next;
    }
    while (there) { next = there.nextSibling; to.removeChild(there); there = next; }
  }

  function put(held, html) {
    if (held.lastPut === html) { return; }
    var template = document.createElement("template");
    template.innerHTML = html;
    mend(template.content, held);
    held.lastPut = html;
    fit(held);
  }

  // What does not fit is left out whole, never cut: first what explains, then the last lines.
  function fit(held) {
    var spare = Array.prototype.slice.call(held.querySelectorAll("[data-spare]")).reverse();
    spare.forEach(function (each) { show(each, true); });
    spare.sort(function (a, b) { return Number(a.dataset.spare) - Number(b.dataset.spare); });
    for (var i = 0; i < spare.length && isTooMuch(held); i += 1) { show(spare[i], false); }
  }
  function isTooMuch(held) { return held.scrollHeight > held.clientHeight + 1 || held.scrollWidth > held.clientWidth + 1; }

  function fitAll() { document.querySelectorAll(".held").forEach(fit); }

  // ---- one screen -------------------------------------------------------------------------------------------

  function showScreen(isTurned) {
    var shown = kept[at], places = document.querySelectorAll(".place");
    say($("title"), screens[at].title || text("Command center"));
    say($("question"), screens[at].question || "");
    places.forEach(function (place, i) {
      var panel = shown && shown.panels[i];
      show(place, Boolean(panel));
      if (!panel) { return; }
      var note = place.querySelector(".kept");
      var told = !panel.failedSince ? "" : panel.html
        ? text("▲ Not drawn anew since {time}: as of {drawn} ({failure})",
          { time: timeOf(panel.failedSince), drawn: timeOf(panel.drawnAt), failure: panel.failure })
        : "";
      say(note, told);
      show(note, Boolean(told));
      put(place.querySelector(".held"), panel.html || failed(panel));
    });
    var main = $("panels"), count = shown ? String(shown.panels.length) : "0";
    if (main.dataset.shown !== count) { main.dataset.shown = count; fitAll(); }
    if (isTurned) { main.dataset.turn = main.dataset.turn === "a" ? "b" : "a"; }
    drawn = shown || null;
    showPlaces();
    showAround();
  }

  function failed(panel) {
    var said = document.createElement("p");
    said.textContent = panel.title;
    var title = said.innerHTML;
    said.textContent = text("▲ This could not be drawn. It is asked for again by itself. Id {failure}", { failure: panel.failure });
    return "<h2>" + title + "</h2><p class=\"problem\">" + said.innerHTML + "</p>";
  }

  function showPlaces() {
    var list = $("places");
    while (list.children.length < screens.length) { list.appendChild(document.createElement("li")); }
    while (list.children.length > screens.length) { list.removeChild(list.lastChild); }
    for (var i = 0; i < screens.length; i += 1) {
      var name = i === at ? "here" : "";
      if (list.children[i].className !== name) { list.children[i].className = name; }
    }
  }

  function showAround() {
    var range = around.range;
    if (range) {
      say($("range"), (range.against ? text("{period} against {other}", { period: range.name, other: range.against }) : range.name) + (range.filters ? " · " + range.filters : ""));
    }
    say($("zone"), around.zone ? around.zone.replace("_", " ") : "");
    var title = (screens[at].title || text("Wall")) + (around.company ? " · " + around.company : "");
    if (document.title !== title) { document.title = title; }
    tellAge();
  }

  function tellAge() {
    var asOf = around.as_of, element = $("as-of");
    if (!asOf || !asOf.epoch) { return; }
    var age = Math.max(0, now() / SECOND - asOf.epoch);
    var late = !asOf.expected || age <= 2 * asOf.expected ? "" : age <= 4 * asOf.expected ? "risk" : "missed";
    var said = { risk: "▲ late: data as of {time}, {ago}", missed: "◆ very late: data as of {time}, {ago}" }[late] || "data as of {time}, {ago}";
    said = text(said, { time: age < 64800 ? asOf.time : asOf.dated, ago: ago(age) });
    say(element, said + (!late && asOf.late ? " · ▲ " + asOf.late : ""));
    if (element.className !== late) { element.className = late; }
  }

  function turn(by) {
    var steps = 0;
    do { // a screen that is not there yet is passed over, as long as another one is
      at = (at + by + screens.length) % screens.length;
      steps += 1;
    } while (!kept[at] && steps < screens.length);
    left = dwell;
    turned = Date.now();
    remember("wall-at", String(at));
    showScreen(true);
  }

  // ---- each second ------------------------------------------------------------------------------------------

  function tick() {
    var moment = Date.now();
    say($("clock"), timeOf(now(), true));
    if (!isPaused) { left -= Math.min(moment - turned, dwell); }
    turned = moment;
    if (left <= 0) { if (screens.length > 1) { turn(1); } else { left = dwell; } }
    countDown();
    tellAge();
    tellStale(moment);
    if (moment - lastMinute > ONE_MINUTE) { lastMinute = moment; mistakes = 0; stayAwake(); }
  }

  function countDown() {
    var seconds = Math.max(0, Math.ceil(left / SECOND)), next = screens[(at + 1) % screens.length].title;
    say($("next"), isPaused ? text("❚❚ Paused · the space key goes on")
      : screens.length < 2 ? ""
      : next === screens[at].title ? text("Next panels in {n} s", { n: seconds }) : text("{page} in {n} s", { page: next, n: seconds }));
    $("left").style.transform = "scaleX(" + (isPaused || screens.length < 2 ? 0 : Math.max(0, left / dwell)).toFixed(4) + ")";
  }

  function tellStale(moment) {
    var isStale = Boolean(problem) || moment - lastAnswer > Math.max(STALE_AFTER, 4 * SECOND * poll);
    var band = $("band");
    if (isStale) {
      say(band, text(drawn ? "▲ STALE · {problem} since {time}. These are the last figures." : "▲ STALE · {problem} since {time}. There are no figures yet.",
        { problem: text(problem || "No answer from the server").replace(/\.$/, ""), time: timeOf(lastAnswer + skew) }));
    }
    if (show(band, isStale)) { root.classList.toggle("is-stale", isStale); fitAll(); }
  }

  // ---- asking -----------------------------------------------------------------------------------------------

  function ask(screen) {
    var had = kept[screen], headers = had && had.mark ? { "If-None-Match": '"' + had.mark + '"' } : {};
    var address = "/api/wall" + window.location.search + "&screen=" + screen;
    return window.fetch(address, { cache: "no-store", headers: headers, signal: AbortSignal.timeout(PATIENCE) }).then(function (answer) {
      if (answer.status === 503) { return answer.json().then(function (told) { problem = told.problem; throw new Error("unread"); }); }
      if (answer.status === 401) { problem = "The login has ended."; throw new Error("logged out"); } // what it shows stays: a login page tells nothing
      if (!answer.ok && answer.status !== 304) { throw new Error("no answer"); }
      var date = Date.parse(answer.headers.get("Date") || "");
      if (date && Math.abs(date - now()) > 2 * SECOND) { skew = date - Date.now(); }
      return answer.status === 304 ? null : answer.json();
    }).then(function (told) {
      lastAnswer = Date.now();
      failures = 0;
      problem = "";
      if (told) { keep(screen, told); }
    });
  }

  function keep(screen, told) {
    if (told.program !== root.dataset.program) { renew(told.program); }
    poll = told.poll_seconds;
    around = told;
    screens = told.screens;
    if (at >= screens.length) { at = 0; }
    kept.length = Math.min(kept.length, screens.length);
    var had = kept[screen], moment = now();
    var tries = told.mark ? 0 : (had ? had.tries : 0) + 1;
    kept[screen] = {
      mark: told.mark, version: told.version, tries: tries,
      again: told.mark ? 0 : Date.now() + Math.min(ONE_MINUTE, 2 * SECOND * Math.pow(2, tries)),
      panels: told.panels.map(function (panel, i) { return lastGood(panel, had && had.panels[i], moment); }),
    };
    if (screen === at) { showScreen(false); } else { showPlaces(); }
  }

  // A panel that failed keeps what it showed, and since when it is not drawn anew.
  function lastGood(panel, had, moment) {
    if (!panel.failure) { return { id: panel.id, title: panel.title, html: panel.html, drawnAt: moment, failedSince: 0, failure: "" }; }
    var isSame = had && had.id === panel.id;
    return {
      id: panel.id, title: panel.title, failure: panel.failure,
      html: isSame ? had.html : "", drawnAt: isSame ? had.drawnAt : moment, failedSince: (isSame && had.failedSince) || moment,
    };
  }

  // Beside the screen that is shown, one other is asked for: one not there yet, or of another version.
  function other() {
    for (var i = 1; i < screens.length; i += 1) {
      var screen = (at + i) % screens.length, had = kept[screen];
      if (!had || (had.version !== around.version && isDue(had))) { return screen; }
    }
    return -1;
  }
  function isDue(had) { return !had || had.mark || Date.now() >= had.again; }

  function round() {
    var asked = isDue(kept[at]) ? ask(at) : Promise.resolve();
    asked.then(function () {
      var next = other();
      return next < 0 ? null : ask(next);
    }).catch(function () { failures += 1; }).finally(function () {
      var wait = poll * Math.min(Math.pow(1.6, failures), 5) * (0.8 + 0.4 * Math.random());
      window.setTimeout(round, SECOND * Math.min(wait, 15));
    });
  }

  // Another program answers: the page is taken anew, once it is sure that it can be had, and at most once a minute.
  function renew(program) {
    var before = Number(remembered("wall-renewed") || 0);
    if (isRenewing || Date.now() - before < ONE_MINUTE) { return; }
    isRenewing = true;
    window.fetch(window.location.href.split("#")[0], { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (page) {
      if (page.indexOf(program || "</html>") < 0) { return; }
      remember("wall-renewed", String(Date.now()));
      window.location.reload();
    }).catch(function () { /* it is away again: the next answer tells */ }).finally(function () { isRenewing = false; });
  }

  // ---- the screen itself ------------------------------------------------------------------------------------

  function stayAwake() {
    if (!navigator.wakeLock || lock || isLocking || document.visibilityState !== "visible") { return; }
    isLocking = true;
    navigator.wakeLock.request("screen").then(function (held) {
      lock = held;
      held.addEventListener("release", function () { lock = null; }, { once: true });
    }).catch(function () { /* without it the screen's own settings decide */ }).finally(function () { isLocking = false; });
  }

  function pause(isNowPaused) {
    isPaused = isNowPaused;
    turned = Date.now();
    remember("wall-paused", isPaused ? "1" : "");
    countDown();
  }

  function follow(dark) {
    if (!root.dataset.theme) { root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light"); }
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === " ") { event.preventDefault(); pause(!isPaused); }
    if (event.key === "ArrowRight") { turn(1); }
    if (event.key === "ArrowLeft") { turn(-1); }
  });
  document.addEventListener("visibilitychange", stayAwake);
  window.addEventListener("resize", fitAll);
  window.addEventListener("error", function () {
    mistakes += 1;
    if (mistakes > 10) { renew(""); }
  });
  var dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", function () { follow(dark); });
  follow(dark);
  at = Math.max(0, Number(remembered("wall-at")) || 0);
  isPaused = remembered("wall-paused") === "1";
  while (screens.length <= at) { screens.push({ title: "", question: "" }); }
  window.setInterval(tick, SECOND);
  tick();
  round();
})();

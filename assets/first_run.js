// The guide's script: sends the files that are chosen or dropped, one after the other, says how far each is, asks what became of them.
(function () {
  "use strict";
  var PATH = "/start", BUSY = 1000, IDLE = 3000, PATIENCE = 2;
  var queue = [], rows = [], words = {}, sending = null, timer = null, asks = 0, startedAt = 0;

  function zone() { return document.querySelector("[data-drop]"); }
  function list() { return document.querySelector("[data-sent]"); }
  function isHere() { return window.location.pathname === PATH && zone() !== null; }

  function say(text, fields) {
    if (zone()) { words = JSON.parse(zone().getAttribute("data-words")); }  // a file goes on being sent while another page is shown
    return (words[text] || text).replace(/\{(\w+)\}/g, function (whole, name) { return fields && name in fields ? fields[name] : whole; });
  }

  function size(bytes) {
    var units = ["B", "kB", "MB", "GB"], at = 0, language = document.documentElement.lang || "en";
    while (bytes >= 999.5 && at < 3) { bytes /= 1024; at += 1; }
    return bytes.toLocaleString(language, { maximumFractionDigits: at && bytes < 10 ? 1 : 0 }) + " " + units[at];
  }

  // ---- one file ---------------------------------------------------------------------------------------------

  function element(name, text, kind) {
    var made = document.createElement(name);
    if (text) { made.textContent = text; }
    if (kind) { made.className = kind; }
    return made;
  }

  function row(file) {
    var made = { file: file, place: element("li"), words: element("span", say("waits"), "note"), bar: element("progress"), does: element("button", say("Stop"), "tool") };
    var told = element("p");
    told.appendChild(element("b", file.name));
    told.appendChild(document.createTextNode(" "));
    told.appendChild(made.words);
    made.bar.max = 100;
    made.bar.value = 0;
    made.bar.setAttribute("aria-label", file.name);
    made.does.type = "button";
    made.place.appendChild(told);
    made.place.appendChild(made.bar);
    made.place.appendChild(made.does);
    made.does.addEventListener("click", function () { stopOrAgain(made); });
    list().appendChild(made.place);
    rows.push(made);
    return made;
  }

  function stopOrAgain(one) {
    if (one.failed) {
      one.failed = false;
      one.place.className = "";
      one.words.textContent = say("waits");
      one.does.textContent = say("Stop");
      queue.push(one);
      next();
      return;
    }
    queue = queue.filter(function (each) { return each !== one; });
    if (one.request) { one.request.abort(); }
    fail(one, say("stopped"));
  }

  function fail(one, why) {
    one.failed = true;
    one.request = null;
    one.place.className = "has-failed";
    one.bar.value = 0;
    one.words.textContent = why;
    one.does.textContent = say("Send it again");
    if (sending === one) { sending = null; next(); }
  }

  function done(one, told) {
    sending = null;
    one.bar.value = 100;
    one.words.textContent = say(told.was_there ? "lies there already" : "arrived");
    one.does.remove();
    one.isThere = true;
    rows = rows.filter(function (each) { return each !== one; });
    if (!queue.length) { load(); }  // one load of all that was sent together
    next();
  }

  function send(one) {
    var request = new XMLHttpRequest(), file = one.file;
    sending = one;
    one.request = request;
    request.open("POST", "/exports?name=" + encodeURIComponent(file.name) + "&modified=" + Math.floor(file.lastModified || 0));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = function (event) {
      one.bar.value = 100 * event.loaded / event.total;
      one.words.textContent = say("{done} of {size}", { done: size(event.loaded), size: size(event.total) });
    };
    request.onload = function () {
      var told = {};
      try { told = JSON.parse(request.responseText); } catch (error) { /* an answer without words of ours */ }
      if (request.status === 201) { done(one, told); return; }
      if (request.status === 503) { later(one); return; }
      fail(one, told.problem || request.responseText.slice(0, 200));
    };
    request.onerror = function () {
      one.cuts = (one.cuts || 0) + 1;
      if (one.cuts <= PATIENCE) { later(one); return; }
      fail(one, say("The connection was cut, and nothing of it was kept."));
    };
    request.send(file);
  }

  function later(one) {
    sending = null;
    queue.unshift(one);
    one.bar.value = 0;
    one.words.textContent = say("waits");
    window.setTimeout(next, BUSY);
  }

  function next() {
    if (sending || !queue.length) { return; }
    send(queue.shift());
  }

  function add(files) {
    var most = Number(zone().getAttribute("data-most"));
    Array.prototype.forEach.call(files, function (file) {
      var one = row(file);
      if (file.size > most) { fail(one, say("It is larger than {size}. Export it in parts.", { size: zone().getAttribute("data-most-words") })); return; }
      if (!file.size) { emptyOrFolder(one); return; }
      queue.push(one);
    });
    next();
    soon(0);
  }

  // A folder looks like an empty file until it is read.
  function emptyOrFolder(one) {
    one.file.slice(0, 1).arrayBuffer().then(
      function () { fail(one, say("It is empty. Export it again, with its header.")); },
      function () { fail(one, say("It is a folder, or cannot be read. Choose the files in it.")); });
  }

  // ---- loading ----------------------------------------------------------------------------------------------

  function load() {
    startedAt = Date.now();
    return fetch("/loads", { method: "POST" }).catch(function () { /* asked again as long as files wait */ });
  }

  function show(told) {
    Object.keys(told.panels).forEach(function (name) {
      var place = document.querySelector('[data-page="' + PATH + '"][data-panel="' + name + '"]');
      if (place && !place.hasAttribute("data-waits")) { window.dash_clientside.command_center.put(place, told.panels[name]); }
    });
    list().querySelectorAll("li").forEach(function (each) {
      if (!each.querySelector("button") && !told.waiting) { each.remove(); }  // what became of it is told beside
    });
    if (told.sample === "there" && window.location.search.indexOf("then=look") >= 0) { window.location.replace("/"); return; }
    if (told.waiting && !told.is_watched && !told.has_failed && Date.now() - startedAt > 5000 && asks < 5) { asks += 1; load(); }
    if (!told.waiting) { asks = 0; }
    soon(told.waiting || told.is_busy || sending ? BUSY : IDLE);
  }

  function ask() {
    timer = null;
    if (!isHere()) { soon(IDLE); return; }
    rows.forEach(function (one) { if (!list().contains(one.place)) { list().appendChild(one.place); } });  // who went away comes back to them
    fetch("/api/loading" + window.location.search, { cache: "no-store" })
      .then(function (answer) { if (!answer.ok) { throw new Error("no answer"); } return answer.json(); })
      .then(show)
      .catch(function () { soon(IDLE); });
  }

  function soon(wait) {
    if (timer) { window.clearTimeout(timer); }
    timer = window.setTimeout(ask, wait);
  }

  // ---- hands ------------------------------------------------------------------------------------------------

  function take(input) {
    add(input.files);
    input.value = "";
  }

  document.addEventListener("change", function (event) {
    if (isHere() && zone().contains(event.target)) { take(event.target); }
  });

  // Whoever was quicker than this script has chosen already.
  function takeChosen() {
    var input = isHere() && zone().querySelector("input");
    if (input && input.files.length) { take(input); }
  }

  ["dragover", "drop"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (!isHere() || !event.dataTransfer || Array.prototype.indexOf.call(event.dataTransfer.types, "Files") < 0) { return; }
      event.preventDefault();  // else the browser opens a file that is dropped beside the zone
      zone().classList.toggle("is-over", kind === "dragover");
      if (kind === "drop") { add(event.dataTransfer.files); }
    });
  });
  document.addEventListener("dragleave", function (event) { if (isHere() && !event.relatedTarget) { zone().classList.remove("is-over"); } });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-load]")) { load().then(function () { soon(BUSY); }); }
  });

  window.addEventListener("beforeunload", function (event) { if (sending) { event.preventDefault(); } });

  takeChosen();
  soon(0);
})();

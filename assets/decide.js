// The form of a decision: sent without leaving the page, once however often it is pressed; what is wrong is said beside its field.
(function () {
  "use strict";
  var awaited = ""; // what the keyboard goes to once it is drawn

  function saying(form, name) {
    return Array.prototype.find.call(form.querySelectorAll("[data-wrong]"), function (each) { return each.getAttribute("data-wrong") === name; });
  }

  function tell(form, problems) {
    form.querySelectorAll("[data-wrong]").forEach(function (each) { each.textContent = ""; });
    form.querySelectorAll("[aria-invalid]").forEach(function (each) { each.removeAttribute("aria-invalid"); });
    Object.keys(problems).forEach(function (name) {
      var place = saying(form, name) || saying(form, ""), input = name && form.elements[name];
      place.textContent = problems[name];
      if (input) { input.setAttribute("aria-invalid", "true"); }
    });
    var first = form.querySelector("[aria-invalid]");
    if (first) { first.focus(); }
  }

  // Made once for what is in the form: sent again, it is the same decision.
  function tokenOf(form) {
    if (!form.token) {
      var bytes = window.crypto.getRandomValues(new Uint8Array(12));
      form.token = Array.prototype.map.call(bytes, function (each) { return ("0" + each.toString(16)).slice(-2); }).join("");
    }
    return form.token;
  }

  function send(form) {
    if (form.getAttribute("aria-busy") === "true") { return; }
    var body = new URLSearchParams(new FormData(form));
    body.set("token", tokenOf(form));
    form.setAttribute("aria-busy", "true");
    window.fetch("/decisions", { method: "POST", body: body, headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok && answer.status !== 422) { throw new Error("not written"); }
      return answer.json();
    }).then(function (told) {
      tell(form, told.problems || {});
      if (!told.problems) { written(form, told); }
    }).catch(function () { tell(form, { "": form.getAttribute("data-unsent") }); }).finally(function () {
      form.removeAttribute("aria-busy");
    });
  }

  function written(form, told) {
    form.token = "";
    form.reset();
    form.querySelector("[data-said]").textContent = form.getAttribute("data-written");
    awaited = '[data-decision="' + CSS.escape(told.id) + '"]';
    var query = new URLSearchParams(window.location.search);
    query.delete("about");
    window.history.replaceState({}, "", window.location.pathname + (query.toString() ? "?" + query : ""));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.dash_clientside.set_props("version", { data: told.version });
  }

  function arrive() {
    var there = awaited && document.querySelector(awaited);
    if (!there) { return; }
    awaited = "";
    there.focus({ preventScroll: true });
    there.scrollIntoView({ block: "center" });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target.closest("[data-decide-form]");
    if (form) { event.preventDefault(); send(form); }
  });

  // What is changed after an answer was lost is another decision: under the old token the first would be taken for it.
  document.addEventListener("input", function (event) {
    var form = event.target.closest("[data-decide-form]");
    if (form) { form.token = ""; }
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-decide]");
    if (!link) { return; }
    awaited = '[data-decide-form="' + CSS.escape(link.getAttribute("data-decide")) + '"] [name="what"]';
    window.setTimeout(arrive, 0); // where it is drawn already
  });

  new MutationObserver(arrive).observe(document.documentElement, { childList: true, subtree: true });
})();

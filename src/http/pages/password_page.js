"use strict";
(() => {
  const form = document.getElementById("choose");
  const outcome = document.getElementById("outcome");
  const password = document.getElementById("password");
  const again = document.getElementById("again");
  const show = document.getElementById("show");
  const button = form.querySelector("button");
  const onwards = document.getElementById("onwards");
  const elsewhere = document.querySelector("nav a");
  const texts = form.dataset;

  // As text alone: what the service answers is never read as HTML.
  const paragraph = (text) => {
    const element = document.createElement("p");
    element.textContent = text;
    return element;
  };
  const say = (kind, lines) => {
    outcome.className = kind;
    outcome.replaceChildren(...lines.map(paragraph));
  };

  // The token stands in the fragment, which no server sees; the page in the other language needs it too.
  const begin = () => {
    elsewhere.hash = location.hash;
    form.hidden = location.hash.length < 2;
    if (form.hidden) say("failed", [texts.missing]);
    else say("", []);
  };

  const send = async () => {
    const answer = await fetch("v1/passwords?lang=" + document.documentElement.lang, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: location.hash.slice(1), password: password.value }),
    });
    if (answer.ok) {
      form.reset();
      form.hidden = true;
      history.replaceState(null, "", location.pathname + location.search);
      elsewhere.hash = "";
      say("done", [texts.done]);
      if (onwards) onwards.hidden = false;
      return;
    }
    const problem = await answer.json();
    const details = (problem.errors || []).map((fault) => fault.detail);
    say("failed", [problem.title, ...(details.length ? details : [problem.detail])]);
  };

  show.addEventListener("change", () => {
    password.type = again.type = show.checked ? "text" : "password";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (password.value !== again.value) {
      say("failed", [texts.different]);
      again.focus();
      return;
    }
    button.disabled = true;
    try {
      await send();
    } catch {
      say("failed", [texts.unreachable]);
    }
    button.disabled = false;
    outcome.focus();
  });
  addEventListener("hashchange", begin);
  begin();
})();

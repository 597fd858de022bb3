/* What the page does beyond links and forms: positions on number lines, light and dark, tables that scroll, files handed over. Without it all is still
 * readable: the numbers stand beside every line. */
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => from.querySelectorAll(selector);
  const kept = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* a browser that keeps nothing */ } },
  };

  /* data-v="12.5" becomes --v:12.5; the policy of the server forbids styles in elements, not this */
  const PLACES = ["v", "a", "b", "r", "k", "p", "s", "lo", "hi", "poss", "g", "d", "from", "wide", "n"];
  function place(from) {
    for (const name of PLACES)
      for (const e of all(`[data-${name}]`, from)) e.style.setProperty(`--${name}`, e.dataset[name]);
  }

  function theme(value) {
    if (value) root.dataset.theme = value;
    else delete root.dataset.theme;
  }

  /* a table that scrolls sideways can be reached and scrolled by keyboard */
  function wide() {
    for (const s of all(".scroll")) {
      const scrolls = s.scrollWidth > s.clientWidth + 1;
      if (scrolls) s.tabIndex = 0;
      else s.removeAttribute("tabindex");
    }
  }

  const actions = {
    theme() {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      kept.set("theme", dark ? "light" : "dark");
      theme(dark ? "light" : "dark");
    },
    numbers(button) {
      button.setAttribute("aria-pressed", document.querySelector(".matrix").classList.toggle("nums"));
    },
  };

  /* ---- a job that runs: looked at every second, the page anew when it has ended ---- */
  function follow(box) {
    if (box.dataset.state !== "running") return;
    const bar = box.querySelector("progress");
    setTimeout(async () => {
      const answer = await fetch(`/api/job/${box.dataset.job}`).catch(() => null);
      const job = answer?.ok ? await answer.json() : null;
      if (job && job.state !== "running") location.reload();
      else {
        if (job && job.progress !== null) bar.value = job.progress;
        follow(box);
      }
    }, 1000);
  }

  /* ---- a file handed over: the body of one request, so its size is no matter; XMLHttpRequest, since fetch does not tell how far it is ---- */
  function upload(form) {
    const zone = form.querySelector(".drop"), input = form.querySelector("input[type=file]");
    const problem = form.querySelector("[role=alert]"), sending = form.querySelector("[data-sending]");
    const language = root.lang.startsWith("zh") ? "zh" : "en";
    function send(file) {
      if (!file) return;
      const choice = new URLSearchParams(new FormData(form));
      choice.set("name", file.name);
      const request = new XMLHttpRequest();
      request.open("POST", `${form.dataset.upload}?${choice}`);
      request.setRequestHeader("X-CSRF", document.querySelector("meta[name=csrf]").content);
      request.upload.onprogress = event => { if (event.lengthComputable) sending.querySelector("progress").value = event.loaded / event.total; };
      request.onloadend = () => {
        let answer = null;
        try { answer = JSON.parse(request.responseText); } catch { /* no answer of ours */ }
        sending.hidden = true;
        if (answer?.job) {
          location.href = `/job/${answer.job}`;
          return;
        }
        problem.hidden = false;
        problem.textContent = answer?.error ? [answer.error.value, answer.error.reason?.[language], answer.error.remedy?.[language]].filter(Boolean).join(" ") : `${request.status}`;
        problem.scrollIntoView({ block: "nearest" });
      };
      problem.hidden = true;
      sending.hidden = false;
      request.send(file);
    }
    input.addEventListener("change", () => send(input.files[0]));
    for (const name of ["dragenter", "dragover"])
      zone.addEventListener(name, event => { event.preventDefault(); zone.classList.add("over"); });
    for (const name of ["dragleave", "drop"])
      zone.addEventListener(name, event => { event.preventDefault(); zone.classList.remove("over"); });
    zone.addEventListener("drop", event => send(event.dataTransfer.files[0]));
  }

  theme(kept.get("theme"));
  place(document);
  wide();
  for (const box of all("[data-job]")) follow(box);
  for (const form of all("[data-upload]")) upload(form);
  addEventListener("resize", wide);
  document.addEventListener("click", event => {
    const button = event.target.closest("[data-do]");
    if (button && actions[button.dataset.do]) actions[button.dataset.do](button);
  });
  /* a filter that is chosen is applied */
  document.addEventListener("change", event => {
    if (event.target.matches(".filter select")) event.target.form.requestSubmit();
  });
})();

/* What the page does beyond links and forms: positions on number lines, light and dark, rows that open, tables that scroll. Without it all is still
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
  const PLACES = ["v", "a", "b", "r", "k", "p", "s", "lo", "hi", "poss", "g", "d", "from", "wide"];
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
    rows(button) {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", open);
      for (const row of all(`[data-group="${CSS.escape(button.dataset.rows)}"]`)) row.hidden = !open;
    },
    numbers(button) {
      button.setAttribute("aria-pressed", document.querySelector(".matrix").classList.toggle("nums"));
    },
    explain(button) {
      button.setAttribute("aria-expanded", document.querySelector(".chain").classList.toggle("open"));
    },
    print() { print(); },
  };

  theme(kept.get("theme"));
  place(document);
  wide();
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

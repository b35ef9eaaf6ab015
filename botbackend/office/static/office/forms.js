// Fields and buttons of all forms: a clock of 24 hours, dates in the page's language, and that something is under way.
(() => {
  // A time is text, since a browser shows its own clock of twelve hours. It is read as people type it: 9, 930, 9.30.
  const CLOCK = /^(\d{1,2})(?:[:., ]?(\d{2}))?$/;
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-clock]")) return;
    const found = CLOCK.exec(target.value.trim());
    if (found && found[1] < 24 && (found[2] || 0) < 60) target.value = `${found[1].padStart(2, "0")}:${found[2] || "00"}`;
  }, true);

  // A date keeps the browser's own picker, and shows the weekday and the month in words beside it: no machine's order
  // of figures is mistaken for another. Only Chromium lets a field show that; others show dates as they are used to.
  const { lang } = document.documentElement;
  const words = (day) => {
    const hasYear = day.getFullYear() !== new Date().getFullYear();
    const shown = { weekday: hasYear ? undefined : "short", day: "numeric", month: "short", year: hasYear ? "numeric" : undefined };
    return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, shown).format(day);
  };
  function showDays() {
    if (!navigator.userAgentData) return;
    for (const field of document.querySelectorAll("input[type=date]")) {
      if (field.value) field.dataset.shown = words(field.valueAsDate);
      else delete field.dataset.shown;
    }
  }
  for (const name of ["DOMContentLoaded", "input", "change", "htmx:afterSwap"]) document.addEventListener(name, showDays);

  // The button that was pressed says that it works on it until the answer is there.
  const pressed = ({ detail }) => {
    const { elt, requestConfig } = detail;
    if (!requestConfig || requestConfig.verb === "get") return null;
    if (elt.matches("button")) return elt;
    return requestConfig.triggeringEvent?.submitter || elt.querySelector("button:not([type=button])");
  };
  document.addEventListener("htmx:beforeRequest", (event) => pressed(event)?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => pressed(event)?.removeAttribute("aria-busy"));
})();

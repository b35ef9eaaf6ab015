// A chart says what the bar under the pointer or the finger is worth; without one, what the highest is.
(() => {
  for (const chart of document.querySelectorAll("[data-bars]")) {
    const said = chart.querySelector(".bars-said");
    const bars = [...chart.querySelectorAll(".bar")];
    const most = said.textContent;
    const svg = chart.querySelector("svg");
    function tell(bar) {
      for (const one of bars) one.classList.toggle("told", one === bar);
      said.textContent = bar ? bar.dataset.said : most;
    }
    // A bar of a month is narrower than a finger, and of nothing there is no bar: the place above counts, too.
    function at({ clientX }) {
      const box = svg.getBoundingClientRect();
      const place = Math.floor((clientX - box.left) / box.width * bars.length);
      return bars[Math.max(0, Math.min(place, bars.length - 1))];
    }
    for (const name of ["pointerdown", "pointermove"]) svg.addEventListener(name, (event) => tell(at(event)));
    // A finger that was lifted leaves what it asked for standing.
    svg.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") tell(null); });
  }
})();

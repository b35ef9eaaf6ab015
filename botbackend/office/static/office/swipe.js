// A finger on the calendar: sideways is a swipe, up and down scrolls, resting drags, all else is a tap.
// The grid knows no swipe: it would take its end for a tap, and a slow one for a finger that rests.
(() => {
  const MEANT_PX = 10; // less is a finger that trembles
  const SWIPE_PX = 45;

  // `turned(1 or -1)` is called for a swipe to the next or to the one before; `isBusy()` while something is dragged.
  window.office.swipe = (box, turned, isBusy) => {
    let from = null;
    let isSwipe = false;
    const isOurs = (event) => from && event.isTrusted && event.pointerId === from.pointerId;
    const release = (event) => dispatchEvent(new PointerEvent("pointercancel", { pointerId: event.pointerId, isPrimary: true, pointerType: "touch" }));

    box.addEventListener("pointerdown", (event) => {
      isSwipe = false;
      from = event.pointerType === "mouse" || !event.isPrimary ? null : event;
    }, true);
    addEventListener("pointermove", (event) => {
      if (!isOurs(event) || isSwipe) return;
      if (isBusy()) { from = null; return; }
      const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
      if (Math.hypot(x, y) < MEANT_PX) return;
      release(event); // whatever it becomes, the grid's finger does not rest
      isSwipe = Math.abs(x) > Math.abs(y);
      if (!isSwipe) from = null;
    }, true);
    addEventListener("pointerup", (event) => {
      if (isOurs(event) && isSwipe) {
        const x = event.clientX - from.clientX;
        if (Math.abs(x) >= SWIPE_PX) turned(x < 0 ? 1 : -1);
      }
      from = null;
    }, true);
    addEventListener("pointercancel", (event) => { if (isOurs(event)) from = null; }, true);
    // What a browser still takes for a tap is none.
    box.addEventListener("click", (event) => { if (isSwipe) { event.stopPropagation(); event.preventDefault(); isSwipe = false; } }, true);
  };
})();

// The calendar of a day or a week. It only shows and asks: what is allowed, the server says.
// Times are those of the salon's clock and travel without a zone, so that the browser's own never matters.
(() => {
  const PHONE = "(max-width: 600px)";
  const PULSE_MS = 15_000;
  const unasked = { Accept: "application/json", "X-By-Itself": "1" }; // no sign of a person: the session may end
  const SWIPE_PX = 70;

  // What the bar and the panel have in common with the list, which has no grid.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-go]")) return;
    if (grid && event.target.name === "specialist" && matchMedia(PHONE).matches && setup.view === "day" && event.target.value) {
      choose(event.target.value);
    } else if (event.target.form.reportValidity()) event.target.form.submit();
  });

  const box = document.getElementById("calendar");
  const data = document.getElementById("calendar-setup");
  const setup = data && JSON.parse(data.textContent);
  let grid = null;
  if (!box || !setup) return;

  const phone = matchMedia(PHONE);
  const columns = setup.view === "day";
  let latest = setup.first;
  let fresh = true; // the page came with its events
  let chosen = setup.specialist;

  const open = (address) => htmx.ajax("GET", address, { target: "#panel-body", swap: "innerHTML" });
  const addressOf = (name, id) => setup.addresses[name].replace("/0/", `/${id}/`);
  const query = () => {
    const asked = new URLSearchParams({ start: setup.date, end: setup.until, columns: columns ? "1" : "0" });
    if (setup.specialist) asked.set("specialist", setup.specialist);
    return asked;
  };

  async function fetched() {
    if (fresh) { fresh = false; return latest.events; }
    try {
      const answer = await fetch(`${setup.addresses.events}?${query()}`, { headers: unasked });
      if (!answer.ok || answer.redirected) return latest.events; // what is shown stays, the next look asks again
      latest = await answer.json();
      showPeople();
    } catch { /* the line is down */ }
    return latest.events;
  }

  // A column per specialist; on a phone one of them at a time.
  function people() {
    const all = latest.specialists;
    if (setup.specialist) return all.filter((one) => one.id === setup.specialist);
    if (!phone.matches) return all;
    const one = all.find((each) => each.id === chosen) || all[0];
    return one ? [one] : [];
  }

  function showPeople() {
    if (!grid || !columns) return;
    grid.setOption("resources", people());
    const who = document.querySelector(".cal-who");
    who.textContent = phone.matches ? people().map((one) => one.title).join("") : "";
  }

  function choose(id) {
    chosen = id;
    showPeople();
    const select = document.getElementById("cal-specialist");
    if (select && columns) select.value = id;
    const plus = document.querySelector("[data-plus]");
    if (plus) plus.setAttribute("hx-get", `${setup.addresses.book}?${new URLSearchParams({ day: setup.date, specialist: id })}`);
  }

  function content({ event, timeText }) {
    if (event.display === "background") return { domNodes: [document.createTextNode(event.title)] };
    const props = event.extendedProps;
    if (!props.start) return { domNodes: [document.createTextNode(timeText)] }; // the shadow under the pointer
    const body = document.createElement("div");
    body.className = "v-body";
    const add = (name, text) => {
      const part = document.createElement("span");
      part.className = name;
      part.dir = "auto";
      part.textContent = text;
      body.append(part);
    };
    add("v-time", timeText);
    add("v-who", event.title);
    if (props.kind !== "booked") add("v-word", props.word);
    if (props.note) add("v-note", "✎");
    if (props.staffNote) add("v-note", "✱");
    add("v-service", columns || setup.specialist ? props.service : `${props.service} · ${props.specialist}`);
    const nodes = [body];
    if (props.gap) {
      const gap = document.createElement("div");
      gap.className = "v-gap";
      gap.style.top = `${props.gap[0] * 100}%`;
      gap.style.height = `${(props.gap[1] - props.gap[0]) * 100}%`;
      nodes.unshift(gap);
    }
    return { domNodes: nodes };
  }

  function label({ el, event }) {
    if (event.display === "background") { if (event.title) el.title = event.title; return; }
    const props = event.extendedProps;
    if (!props.start) return;
    el.dataset.booking = event.id;
    el.setAttribute("aria-label", [props.start.slice(11, 16), event.title, props.service, props.specialist, props.word, props.staffNote].filter(Boolean).join(", "));
  }

  const wall = (naive) => Date.parse(`${naive}Z`);
  const naive = (millis) => new Date(millis).toISOString().slice(0, 19);

  // What was dragged goes back at once: it moves when the form that opens is confirmed.
  function dropped({ event, newResource, delta, revert }) {
    const from = event.extendedProps.start;
    const days = delta.days * 86_400_000;
    const asked = new URLSearchParams({ from, start: naive(wall(from) + days + delta.seconds * 1000) });
    if (newResource) asked.set("specialist", newResource.id);
    revert();
    open(`${addressOf("move", event.id)}?${asked}`);
  }

  function tapped({ dateStr, resource }) {
    if (!setup.addresses.book || swiped) return;
    const asked = new URLSearchParams({ start: dateStr });
    const who = resource ? resource.id : setup.specialist;
    if (who) asked.set("specialist", who);
    open(`${setup.addresses.book}?${asked}`);
  }

  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const [opens, closes] = setup.first.hours;
  const isToday = columns && setup.now >= setup.date && setup.now < setup.until;
  grid = EventCalendar.create(box, {
    view: columns ? "resourceTimeGridDay" : "timeGridWeek",
    date: setup.date,
    timeZone: setup.first.offset,
    locale: setup.locale,
    firstDay: setup.firstDay,
    headerToolbar: { start: "", center: "", end: "" },
    allDaySlot: false,
    eventSources: [{ events: fetched }],
    resources: people(),
    lazyFetching: false,
    scrollTime: isToday ? naive(wall(setup.now) - 3_600_000).slice(11) : opens,
    slotMinTime: opens,
    slotMaxTime: closes,
    flexibleSlotTimeLimits: true,
    slotDuration: "00:30",
    snapDuration: `00:${String(setup.snap).padStart(2, "0")}`,
    slotHeight: phone.matches ? 34 : 28,
    slotLabelFormat: clock,
    eventTimeFormat: clock,
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "numeric" },
    columnWidth: columns && phone.matches ? undefined : `minmax(${columns ? 130 : phone.matches ? 120 : 90}px, 1fr)`,
    slotEventOverlap: false,
    displayEventEnd: columns,
    nowIndicator: true,
    pointer: Boolean(setup.addresses.book),
    editable: true,
    eventDurationEditable: false,
    longPressDelay: 450,
    dateClick: tapped,
    eventClick: ({ event }) => { if (!swiped) open(addressOf("visit", event.id)); },
    eventDrop: dropped,
    eventContent: content,
    eventDidMount: label,
  });
  if (phone.matches && columns) choose(setup.specialist || people()[0]?.id || "");
  if (phone.matches && isToday) box.querySelector(".ec-now-indicator")?.scrollIntoView({ block: "center" });
  if (phone.matches && !columns) {
    const days = (Date.parse(setup.day) - Date.parse(setup.date)) / 86_400_000;
    box.querySelectorAll(".ec-body .ec-day")[days]?.scrollIntoView({ inline: "center", block: "nearest" });
  }
  phone.addEventListener("change", showPeople);

  // The grid calls itself a table and has no rows of one: what it is to be read as, is the list. Its visits stay
  // buttons with names, and the part that scrolls can be reached by keyboard.
  function name() {
    for (const part of box.querySelectorAll("[role=table], [role=row], [role=rowgroup], [role=cell], [role=columnheader]")) {
      part.setAttribute("role", "presentation");
      part.removeAttribute("aria-colindex");
    }
    const main = box.querySelector(".ec-main");
    if (!main || main.tabIndex === 0) return;
    main.tabIndex = 0;
    main.setAttribute("role", "region");
    main.setAttribute("aria-label", box.dataset.label);
  }
  new MutationObserver(name).observe(box, { childList: true, subtree: true });
  name();

  // A swipe on the phone shows the next specialist.
  let touch = null;
  let swiped = false;
  box.addEventListener("touchstart", (event) => {
    swiped = false;
    touch = event.touches.length === 1 ? event.touches[0] : null;
  }, { passive: true });
  box.addEventListener("touchend", (event) => {
    if (!touch || !columns || !phone.matches || setup.specialist || box.querySelector(".ec-dragging, .ec-preview")) return;
    const end = event.changedTouches[0];
    const [x, y] = [end.clientX - touch.clientX, end.clientY - touch.clientY];
    if (Math.abs(x) < SWIPE_PX || Math.abs(y) > Math.abs(x) / 2) return;
    swiped = true;
    const all = latest.specialists;
    const place = all.findIndex((one) => one.id === people()[0].id);
    const next = all[place + (x < 0 ? 1 : -1)];
    if (next) choose(next.id);
  }, { passive: true });

  // It stays as things are: after what was done here, and by a look now and then at what others did.
  const refresh = () => grid.refetchEvents();
  document.body.addEventListener("bookings-changed", refresh);
  async function look() {
    if (document.hidden || box.querySelector(".ec-dragging, .ec-preview")) return;
    try {
      const answer = await fetch(`${setup.addresses.pulse}?${query()}`, { headers: unasked });
      if (!answer.ok || answer.redirected) return;
      const { mark, offset } = await answer.json();
      if (offset !== latest.offset) grid.setOption("timeZone", offset);
      if (mark !== latest.mark) refresh();
    } catch { /* the line is down: the next look may find it again */ }
  }
  setInterval(look, Number(box.dataset.pulse) || PULSE_MS);
  document.addEventListener("visibilitychange", look);
  window.calendar = { look };
})();

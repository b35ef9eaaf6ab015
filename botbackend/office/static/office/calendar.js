// The calendar of a day or a week. It only shows and asks: what is allowed, the server says.
// Times are those of the salon's clock and travel without a zone, so that the browser's own never matters.
(() => {
  const PHONE = "(max-width: 600px)";
  const PULSE_MS = 15_000;
  const unasked = { Accept: "application/json", "X-By-Itself": "1" }; // no sign of a person: the session may end

  // What the bar and the panel have in common with the list, which has no grid.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const plus = event.target.closest("[data-plus]");
    if (plus) office.open(`${plus.dataset.plus}${shown() ? `&specialist=${shown()}` : ""}`);
    const turning = event.target.closest("[data-turn]");
    if (turning) turn(Number(turning.dataset.turn));
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-go]")) return;
    if (grid && event.target.name === "specialist" && columnsOnPhone() && !setup.specialist && event.target.value) {
      choose(event.target.value);
    } else if (event.target.form.reportValidity()) event.target.form.submit();
  });

  const box = document.getElementById("calendar");
  const data = document.getElementById("calendar-setup");
  const setup = data && JSON.parse(data.textContent);
  let grid = null;
  let chosen = "";
  // Whose column somebody looks at; "" = everybody's.
  const shown = () => (setup ? setup.specialist || (grid && columnsOnPhone() ? chosen : "") : new URLSearchParams(location.search).get("specialist") || "");
  const columnsOnPhone = () => setup.view === "day" && matchMedia(PHONE).matches;
  if (!box || !setup) return;

  const phone = matchMedia(PHONE);
  const columns = setup.view === "day";
  const everybody = !columns && !setup.specialist;
  const CHOSEN = `office:specialist:${location.pathname}`; // stays for the day, also when the phone was put away
  const dragged = () => box.querySelector(".ec-dragging, .ec-preview");
  let latest = setup.first;
  let fresh = true; // the page came with its events
  const today = setup.now.slice(0, 10);
  const [since, before] = (localStorage.getItem(CHOSEN) || "").split(" ");
  chosen = since === today && latest.specialists.some((one) => one.id === before) ? before : latest.begin;

  const addressOf = (name, id) => setup.addresses[name].replace("/0/", `/${id}/`);
  const query = () => {
    const asked = new URLSearchParams({ start: setup.date, end: setup.until, columns: columns ? "1" : "0" });
    if (setup.specialist) asked.set("specialist", setup.specialist);
    return asked;
  };

  async function fetched() {
    if (fresh) { fresh = false; return latest.events; }
    const news = await asked("events");
    if (news) { latest = news; showPeople(); showWhose(); } // else what is shown stays, and the next look asks again
    return latest.events;
  }

  // What the server says, or null; who is signed out, or has no line, sees since when all this is old.
  const stale = document.querySelector(".cal-stale");
  let heard = Date.now();
  async function asked(name) {
    const answer = await fetch(`${setup.addresses[name]}?${query()}`, { headers: unasked }).catch(() => null);
    const isSignedOut = Boolean(answer && (answer.redirected || answer.status === 401));
    const found = answer && answer.ok && !isSignedOut ? await answer.json().catch(() => null) : null;
    if (found) heard = Date.now();
    if (!found || !stale.hidden) showStale(Boolean(found), isSignedOut);
    return found;
  }
  function showStale(isFresh, isSignedOut) {
    stale.hidden = isFresh;
    if (isFresh) return;
    const [sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(latest.offset).slice(1);
    const wall = new Date(heard + (sign === "-" ? -1 : 1) * (hours * 60 + Number(minutes)) * 60_000);
    stale.querySelector("span").textContent = stale.dataset.since.replace("00:00", wall.toISOString().slice(11, 16));
    const way = office.signIn();
    const link = stale.querySelector("a");
    link.hidden = !isSignedOut;
    link.href = way.href;
    link.textContent = way.text;
  }

  // A column per specialist; on a phone one of them at a time.
  function people() {
    const all = latest.specialists;
    if (setup.specialist) return all.filter((one) => one.id === setup.specialist);
    if (!phone.matches) return all;
    const one = all.find((each) => each.id === chosen) || all[0];
    return one ? [one] : [];
  }
  const numberOf = (id) => latest.specialists.findIndex((one) => one.id === id);

  // Who is before and after the one that a phone shows.
  function turn(by) {
    const next = latest.specialists[numberOf(people()[0]?.id) + by];
    if (next) choose(next.id);
  }

  function showPeople() {
    if (!grid || !columns) return;
    grid.setOption("resources", people());
    const number = numberOf(people()[0]?.id);
    const bar = document.querySelector(".cal-turn");
    if (!bar) return;
    const [shownNow] = phone.matches ? people() : [];
    bar.querySelector("[data-shown]").textContent = shownNow ? shownNow.title : "";
    bar.querySelector("[data-away]").textContent = shownNow ? shownNow.away : "";
    for (const button of bar.querySelectorAll("[data-turn]")) {
      const other = setup.specialist ? undefined : latest.specialists[number + Number(button.dataset.turn)];
      button.disabled = !other;
      button.querySelector("[data-name]").textContent = other ? other.title : "";
    }
  }

  function choose(id) {
    chosen = id;
    localStorage.setItem(CHOSEN, `${today} ${id}`);
    showPeople();
    const select = document.getElementById("cal-specialist");
    if (select && columnsOnPhone()) select.value = id;
  }

  // In a week of everybody a day is one lane, and a visit a line of it: two letters and a colour say whose it is.
  const letters = (name) => { const parts = name.split(/\s+/); return parts.length > 1 ? [...parts[0]][0] + [...parts[1]][0] : [...name].slice(0, 2).join(""); };
  const badge = (id) => {
    const number = numberOf(id);
    const sign = document.createElement("span");
    sign.className = `v-whose whose-${number % 8}`;
    sign.textContent = number < 0 ? "" : letters(latest.specialists[number].title);
    return sign;
  };
  function showWhose() {
    const legend = document.querySelector(".cal-whose");
    if (!legend || !everybody) return;
    legend.replaceChildren(...latest.specialists.map((one) => {
      const key = document.createElement("span");
      key.append(badge(one.id), ` ${one.title}${one.away ? ` · ${one.away}` : ""}`);
      return key;
    }));
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
    const mark = (name) => { add(`sign sign-${name}`, ""); body.lastChild.setAttribute("aria-hidden", "true"); };
    if (everybody) body.append(badge(event.resourceIds[0]));
    add("v-time", timeText);
    add("v-who", lane() ? event.title.split(/\s/)[0] : event.title); // whole in its label
    if (props.top) mark("top");
    if (props.away) mark("away");
    if (props.kind !== "booked") add("v-word", props.word);
    if (props.note) mark("note");
    if (props.staffNote) mark("team");
    add("v-service", everybody ? `${props.service} · ${props.specialist}` : props.service);
    const nodes = [body];
    if (props.gap && viewNow().toLowerCase().includes("timegrid")) {
      const gap = document.createElement("div");
      gap.className = "v-gap";
      gap.style.top = `${props.gap[0] * 100}%`;
      gap.style.height = `${(props.gap[1] - props.gap[0]) * 100}%`;
      nodes.unshift(gap);
    }
    return { domNodes: nodes };
  }

  // A column says at its head why nobody is there.
  function head(resource) {
    const one = latest.specialists[numberOf(resource.id)];
    const nodes = [document.createTextNode(resource.title)];
    if (one && one.away) {
      const away = document.createElement("span");
      away.className = "cal-away";
      away.textContent = one.away;
      nodes.push(away);
    }
    return { domNodes: nodes };
  }

  function label({ el, event }) {
    if (event.display === "background") { if (event.title) el.title = event.title; return; }
    const props = event.extendedProps;
    if (!props.start) return;
    el.dataset.booking = event.id;
    const whole = [props.start.slice(11, 16), event.title, props.service, props.specialist, props.word, props.away, props.top, props.staffNote].filter(Boolean).join(", ");
    el.setAttribute("aria-label", whole);
    el.title = whole;
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
    office.open(`${addressOf("move", event.id)}?${asked}`);
  }

  function tapped({ dateStr, allDay, resource }) {
    if (!setup.addresses.book) return;
    const asked = new URLSearchParams(allDay ? { day: dateStr.slice(0, 10) } : { start: dateStr });
    const who = resource ? resource.id : setup.specialist;
    if (who) asked.set("specialist", who);
    office.open(`${setup.addresses.book}?${asked}`);
  }

  // The order of the keyboard is that of the columns.
  function inOrder(one, other) {
    const [place, next] = [one, other].map((each) => (columns ? numberOf(each.resourceIds[0]) : 0));
    return place - next || one.start - other.start || other.end - one.end || numberOf(one.resourceIds[0]) - numberOf(other.resourceIds[0]);
  }

  // A week on a phone is a list of its days: seven columns are too narrow for a name.
  const agenda = () => !columns && phone.matches;
  const viewNow = () => (columns ? "resourceTimeGridDay" : agenda() ? "listWeek" : everybody ? "dayGridWeek" : "timeGridWeek");
  const lane = () => viewNow() === "dayGridWeek";
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const [opens, closes] = setup.first.hours;
  const isToday = columns && setup.now >= setup.date && setup.now < setup.until;
  grid = EventCalendar.create(box, {
    view: viewNow(),
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
    listDayFormat: { weekday: "long", day: "numeric", month: "long" },
    listDaySideFormat: () => "",
    noEventsContent: box.dataset.empty,
    resourceLabelContent: ({ resource }) => head(resource),
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "numeric" },
    columnWidth: columns && phone.matches ? undefined : `minmax(${columns ? 130 : 90}px, 1fr)`,
    slotEventOverlap: false,
    displayEventEnd: columns,
    nowIndicator: true,
    pointer: Boolean(setup.addresses.book),
    editable: true,
    eventDurationEditable: false,
    longPressDelay: 450,
    dateClick: tapped,
    eventClick: ({ event }) => office.open(addressOf("visit", event.id)),
    eventOrder: inOrder,
    eventDrop: dropped,
    eventContent: content,
    eventDidMount: label,
  });
  const select = document.getElementById("cal-specialist");
  if (select && columnsOnPhone()) select.value = people()[0]?.id || "";
  showPeople();
  showWhose();
  phone.addEventListener("change", () => { grid.setOption("view", viewNow()); showPeople(); });

  // The grid calls itself a table and has no rows of one: what it is to be read as, is the list. Its visits stay
  // buttons with names, and the part that scrolls can be reached by keyboard.
  function name() {
    for (const part of box.querySelectorAll("[role=table], [role=row], [role=rowgroup], [role=cell], [role=columnheader], [role=list], [role=listitem], [role=listitem]")) {
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

  office.swipe(box, (by) => { if (columnsOnPhone() && !setup.specialist) turn(by); }, dragged);

  // It stays as things are: after what was done here, and by a look now and then at what others did.
  const refresh = () => grid.refetchEvents();
  document.body.addEventListener("bookings-changed", refresh);
  async function look() {
    if (document.hidden || dragged()) return;
    const found = await asked("pulse");
    if (!found) return;
    if (found.offset !== latest.offset) grid.setOption("timeZone", found.offset);
    if (found.mark !== latest.mark) refresh();
  }
  setInterval(look, Number(box.dataset.pulse) || PULSE_MS);
  document.addEventListener("visibilitychange", look);
  window.calendar = { look };
})();

// The widgets' host on a page: no kernel, so a model that only holds the traits' values.
// It comes before the widgets' own scripts, each of which mounts its own.

class VitModel {
  constructor(state, place) {
    this.state = state;
    this.place = place; // the widget's element on the page; a notebook's has none
    this.still = [...place.childNodes];
    this.listeners = {};
  }
  get(name) {
    return this.state[name];
  }
  set(name, value) {
    if (this.state[name] === value) return;
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }
  on(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }
  save_changes() {}
  // What a panel cannot draw, now or ahead, the still picture shows.
  guards(panel) {
    for (const name of ["draw", "prepare"]) {
      const act = panel[name];
      panel[name] = (...given) => {
        try {
          act.apply(panel, given);
        } catch (problem) {
          this.failed(problem);
        }
      };
    }
  }
  // What cannot be shown gives way to the still picture, and a line says why.
  failed(problem) {
    console.error(problem);
    const words = document.createElement("p");
    words.textContent = `There are no sliders here: ${problem.message}.`;
    this.place.replaceChildren(...this.still, words);
  }
}

// The kinds of values that a trait may have.
const vitKinds = {
  "a whole number": Number.isSafeInteger,
  "a number": Number.isFinite,
  "a text": (value) => typeof value === "string",
  "true or false": (value) => typeof value === "boolean",
  "a list": Array.isArray,
  "a table": (value) => Object.prototype.toString.call(value) === "[object Object]",
};

// Raises unless a trait's value is as the widget's Python class has it.
function vitCheck(name, value, { kind, min, max, of }) {
  if (of ? of.includes(value) : vitKinds[kind](value) && !(value < min || value > max))
    return;
  const ends = `${min === undefined ? "" : ` from ${min}`}${max ? ` to ${max}` : ""}`;
  const wanted = of ? `one of ${of.join(", ")}` : `${kind}${ends}`;
  const got = (JSON.stringify(value) ?? "nothing").slice(0, 40);
  throw new Error(`${name} must be ${wanted}, the page says ${got}`);
}

// Calls `act` when the reader comes within a window's height of a place, once.
function vitNear(place, act) {
  const seen = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      act();
    },
    { rootMargin: "100%" },
  );
  seen.observe(place);
}

const vitHost = {
  states: {}, // each is the text of its script, by the script's address
  mount(name, widget, traits) {
    const places = `.vit-widget[data-widget="${CSS.escape(name)}"]`;
    for (const place of document.querySelectorAll(places))
      vitNear(place, () => this.load(place, widget, traits));
  },
  load(place, widget, traits) {
    const script = document.createElement("script");
    script.src = place.dataset.state;
    script.onload = () => this.show(place, widget, traits, this.states[script.src]);
    script.onerror = () =>
      new VitModel({}, place).failed(new Error("what they begin with cannot be loaded"));
    document.head.append(script);
  },
  show(place, { render }, traits, text) {
    const model = new VitModel({}, place);
    try {
      model.state = JSON.parse(text);
      for (const [trait, wanted] of Object.entries(traits))
        vitCheck(trait, model.state?.[trait], wanted);
      const el = document.createElement("div");
      render({ model, el });
      place.replaceChildren(el);
    } catch (problem) {
      model.failed(problem);
    }
  },
};

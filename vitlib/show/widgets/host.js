// The widgets' host on a page: no kernel, so a model that only holds the traits' values.
// It comes before the widgets' own scripts, each of which mounts its own.

class VitModel {
  constructor(state, place) {
    this.state = state;
    this.place = place; // the widget's element on the page; a notebook's has none
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
}

const vitHost = {
  mount(name, { render }) {
    const places = `.vit-widget[data-widget="${CSS.escape(name)}"]`;
    for (const place of document.querySelectorAll(places)) {
      const state = JSON.parse(place.querySelector("script").textContent);
      const el = document.createElement("div");
      render({ model: new VitModel(state, place), el });
      place.replaceChildren(el);
    }
  },
};

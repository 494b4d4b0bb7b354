// The settings in a page's address, so that a reader can send them to someone.

const NAMES = {
  in_chans: "channels",
  patch_size: "patch",
  embed_dim: "dim",
  depth: "depth",
  num_heads: "heads",
  mlp_ratio: "mlp",
  num_classes: "classes",
  batch: "batch",
};
const NUMBER = /^-?\d{1,20}(\.\d{1,30})?$/;
const LONGEST = 24; // characters of a bad value that are repeated
const PAUSE = 250; // ms: browsers refuse addresses that change too often

// What stands before and after each "=" of a query; null where there is no number.
export function queryOf(settings) {
  const sides = [settings.image_height, settings.image_width];
  const others = Object.entries(NAMES).map(([trait, name]) => [name, settings[trait]]);
  return [["image", sides.includes(null) ? null : sides.join("x")], ...others];
}

// The settings that a query names, as numbers, and what it names that is none.
export function readQuery(query) {
  const asked = new URLSearchParams(query);
  const [settings, refused] = [{}, []];
  const refuse = (name, text) => {
    const shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    const wanted = name === "image" ? "height x width, as 224x224" : "a number";
    const words = `The address says ${name}=${shown}, which is not ${wanted}`;
    refused.push(`${words}: left out.`);
  };
  const take = (name, texts, traits) => {
    if (texts.length !== traits.length || !texts.every((text) => NUMBER.test(text)))
      return refuse(name, asked.get(name));
    traits.forEach((trait, i) => (settings[trait] = Number(texts[i])));
  };
  if (asked.has("image"))
    take("image", asked.get("image").split("x"), ["image_height", "image_width"]);
  for (const [trait, name] of Object.entries(NAMES))
    if (asked.has(name)) take(name, [asked.get(name)], [trait]);
  return { settings, refused };
}

// The address of the page on which a widget stands; `place` is its element there.
export class Address {
  constructor(place) {
    this.place = place;
  }

  read() {
    return readQuery(location.search);
  }

  // The page's address with these settings, which leads to the widget.
  link(settings) {
    const address = new URL(location.href);
    for (const [name, value] of queryOf(settings))
      if (value === null) address.searchParams.delete(name);
      else address.searchParams.set(name, value);
    address.hash = this.place.id;
    return address.href;
  }

  // Once the reader has paused, lets the address bar say these settings.
  keep(settings) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      try {
        history.replaceState(history.state, "", this.link(settings));
      } catch (refusal) {
        // A frame or a file may not; the link can be copied all the same.
        if (refusal.name !== "SecurityError") throw refusal;
      }
    }, PAUSE);
  }
}

// The first widget of its kind on a page has the address; in a notebook none has.
export function addressOf({ place }) {
  const first = place && document.querySelector('.vit-widget[data-widget="cost"]');
  return first && first === place ? new Address(place) : null;
}

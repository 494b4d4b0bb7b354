"""How long each widget takes to draw itself anew after a step of one of its sliders.

And how long the model takes that reads a drawing, with all that is shown of it.
"""

from collections.abc import Iterator

import numpy as np
from playwright.sync_api import Locator, Page

from tests.book_site import NARROW, WIDE, Reader, chapters, chromium, served

GOAL = 16  # milliseconds at the 95th percentile: one frame
MOST = 60  # positions of a slider that are timed
# Steps a slider through values and back to where it was. A step lasts as long as its
# event's handler, and the style, layout and painting of the frame that follows, on the
# page's thread.
STEPS = """async (slider, values) => {
  const times = [];
  const { port1, port2 } = new MessageChannel();
  const put = (value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
  };
  const before = slider.value;
  for (const value of values) {
    const handled = performance.now();
    put(value);
    const handling = performance.now() - handled;
    const painting = await new Promise((done) => requestAnimationFrame((_) => {
      const began = performance.now();
      port1.onmessage = () => done(performance.now() - began);
      port2.postMessage(0);
    }));
    times.push(handling + painting);
  }
  put(before);
  return times;
}"""

FORWARDS = """() => performance.getEntriesByName("vit forward").map(
  ({ duration }) => duration)"""


def choices(widget: Locator) -> Iterator[None]:
    """Choose each option of each of a widget's lists in turn; once if it has none."""
    lists = widget.locator("select").all()
    for chosen in lists:
        options = chosen.locator("option")
        values = options.evaluate_all("all => all.map((option) => option.value)")
        for value in [*values[1:], values[0]]:  # ends where most begin
            chosen.select_option(value)
            yield
    if not lists:
        yield


def times(page: Page) -> dict[str, list[float]]:
    """Milliseconds of each slider's steps over its range, whatever is chosen beside."""
    found = {}
    for widget in page.locator(".vit-widget").all():
        widget.scroll_into_view_if_needed()
        name = widget.get_attribute("data-widget")
        for _ in choices(widget):
            for slider in widget.locator("input[type=range]").all():
                low, high = (int(slider.get_attribute(end)) for end in ("min", "max"))
                values = np.unique(np.linspace(low, high, MOST).astype(int)).tolist()
                label = slider.evaluate("slider => slider.labels[0].textContent")
                steps = slider.evaluate(STEPS, values)
                found.setdefault(f"{name}: {label}", []).extend(steps)
    return found


def report(page: Page, width: int, slower: int) -> None:
    """A line for each slider of an open page, on a processor that is made slower."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    found = times(page)
    if forwards := page.evaluate(FORWARDS):
        found["one forward of the model"] = forwards
    for name, steps in found.items():
        p50, p95, most = np.percentile(steps, [50, 95, 100])
        mark = "" if slower > 1 else "  ✓" if p95 <= GOAL else "  ✗ too slow"
        place = f"{width:5} px{'full' if slower == 1 else '1/4':>12}"
        print(f"{place}  {name:24}{p50:8.1f}{p95:8.1f}{most:8.1f}{mark}")


def main() -> None:
    """Measure on a computer and on a telephone, and on machines 4 times slower."""
    print("A slider's step in Chromium, in milliseconds, over all positions")
    heads = f"{'slider':24}{'median':>8}{'95 %':>8}{'most':>8}"
    print(f"{'page':>8}{'processor':>12}  {heads}")
    with served() as address, chromium() as browser:
        for width, height in (WIDE, NARROW):
            for slower in (1, 4):
                for page in chapters():
                    reader = Reader(browser, address)
                    report(reader.open(page, (width, height)), width, slower)
                    reader.close()

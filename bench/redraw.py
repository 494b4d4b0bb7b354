"""How long the patch explorer takes to draw itself anew after a slider's step."""

import numpy as np
from playwright.sync_api import Page

from tests.book_site import NARROW, WIDE, Reader, chromium, served
from tests.explorer_page import PAGE, Explorer

GOAL = 16  # milliseconds at the 95th percentile: one frame
# Steps a slider through values. A step lasts as long as its event's handler, and the
# style, layout and painting of the frame that follows, on the page's thread.
STEPS = """async (slider, values) => {
  const times = [];
  const { port1, port2 } = new MessageChannel();
  for (const value of values) {
    const handled = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event("input"));
    const handling = performance.now() - handled;
    const painting = await new Promise((done) => requestAnimationFrame((_) => {
      const began = performance.now();
      port1.onmessage = () => done(performance.now() - began);
      port2.postMessage(0);
    }));
    times.push(handling + painting);
  }
  return times;
}"""
SLIDERS = ("Patch size P", "Patch", "Number")


def times(page: Page) -> dict[str, list[float]]:
    """Milliseconds of each slider's steps to every place it has, in every picture."""
    explorer, found = Explorer(page), {name: [] for name in SLIDERS}
    for picture in explorer.twin.pictures:
        explorer.choose(picture)
        for name in SLIDERS:
            slider = explorer.control(name)
            most = int(slider.get_attribute("max"))
            values = np.unique(np.linspace(1, most, 60).astype(int)).tolist()
            found[name] += slider.evaluate(STEPS, values)
            explorer.move("Patch size P", "patch_size", 4)  # leaves the others a range
    return found


def main() -> None:
    """Measure on a computer and on a telephone, and on machines 4 times slower."""
    print("A slider's step in Chromium, in milliseconds, over all positions")
    heads = f"{'slider':14}{'median':>8}{'95 %':>8}{'most':>8}"
    print(f"{'page':>8}{'processor':>12}  {heads}")
    with served() as address, chromium() as browser:
        for width, height in (WIDE, NARROW):
            for slower in (1, 4):
                reader = Reader(browser, address)
                page = reader.open(PAGE, (width, height))
                devtools = page.context.new_cdp_session(page)
                devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
                for name, steps in times(page).items():
                    p50, p95, most = np.percentile(steps, [50, 95, 100])
                    mark = (
                        "" if slower > 1 else "  ✓" if p95 <= GOAL else "  ✗ too slow"
                    )
                    place = f"{width:5} px{'full' if slower == 1 else '1/4':>12}"
                    print(f"{place}  {name:14}{p50:8.1f}{p95:8.1f}{most:8.1f}{mark}")
                reader.close()

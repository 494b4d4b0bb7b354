// Makes everything as wide as the paper: code wrapped and marked, the rest made smaller.
// Runs in the joined book, laid out as wide as a printed page.
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];

  // How many letters stand in a line of a piece of code.
  function columns(code) {
    const probe = document.createElement("span");
    probe.textContent = "0".repeat(100);
    code.append(probe);
    const style = getComputedStyle(code);
    const inner = code.clientWidth - parseFloat(style.paddingLeft) * 2;
    const most = Math.floor(inner / (probe.getBoundingClientRect().width / 100));
    probe.remove();
    return most;
  }

  // Where a line breaks: after a space if there is one in its last third.
  function breaks(line, most) {
    const found = [];
    let [start, room] = [0, most];
    while (line.length - start > room) {
      const space = line.lastIndexOf(" ", start + room - 1) + 1;
      const next = space > start + room * 0.66 ? space : start + room;
      found.push(next);
      [start, room] = [next, most - 2]; // the mark stands before what follows
    }
    return found;
  }

  function wrap(code) {
    const most = columns(code);
    const places = [];
    let offset = 0;
    for (const line of code.textContent.split("\n")) {
      places.push(...breaks(line, most).map((at) => offset + at));
      offset += line.length + 1;
    }
    for (const at of places.reverse()) insert(code, at);
  }

  function insert(code, at) {
    const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    let passed = 0;
    while (walker.nextNode() && passed + walker.currentNode.length < at) {
      passed += walker.currentNode.length;
    }
    const mark = document.createElement("span");
    mark.className = "wrapped";
    const range = document.createRange();
    range.setStart(walker.currentNode, at - passed);
    range.insertNode(mark);
  }

  // Tables and formulas that are wider than the page become smaller by as much.
  function shrink(node) {
    const room = node.parentElement.clientWidth;
    for (let tries = 0; node.scrollWidth > room + 1 && tries < 4; tries++) {
      const size = parseFloat(getComputedStyle(node).fontSize);
      node.style.fontSize = `${(size * room * 0.99) / node.scrollWidth}px`;
    }
  }

  all("pre").forEach(wrap);
  all("table, .katex-display").forEach(shrink);
};

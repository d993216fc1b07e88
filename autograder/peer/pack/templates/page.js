"use strict";
(() => {
  const form = document.getElementById("form");
  const about = form.dataset;
  const fields = [...form.querySelectorAll("[data-record]")];
  const by = (kind) => fields.filter((field) => field.dataset.record === kind);
  document.documentElement.classList.add("scripted");

  // What is typed stays in this browser, as far as it lets pages of files keep anything.
  const shelf = (() => {
    try {
      localStorage.setItem(`${about.key}?`, "");
      localStorage.removeItem(`${about.key}?`);
      return localStorage;
    } catch {
      return null;
    }
  })();
  const kept = document.getElementById("kept");
  if (!shelf) kept.textContent = kept.dataset.not;
  const isTick = (field) => field.type === "checkbox";
  const read = () => {
    try {
      const found = JSON.parse((shelf && shelf.getItem(about.key)) || "{}");
      return found && typeof found === "object" ? found : {};
    } catch {
      return {};
    }
  };
  const before = read();
  for (const field of fields) {
    if (!(field.id in before)) continue;
    if (isTick(field)) field.checked = before[field.id] === true;
    else field.value = String(before[field.id]);
  }
  const keep = () => {
    const found = Object.fromEntries(
      fields.map((field) => [field.id, isTick(field) ? field.checked : field.value]));
    try {
      if (shelf) shelf.setItem(about.key, JSON.stringify(found));
    } catch {
      kept.textContent = kept.dataset.not;
    }
  };
  form.addEventListener("input", keep);
  document.getElementById("forget").addEventListener("click", () => {
    for (const field of fields) {
      if (isTick(field)) field.checked = field.defaultChecked;
      else field.value = field.defaultValue;
    }
    try {
      if (shelf) shelf.removeItem(about.key);
    } catch {
      kept.textContent = kept.dataset.not;
    }
    document.getElementById("status").textContent = "";
  });

  // One line of Markdown that is read as it was typed.
  const line = (text) => text.replace(/\s+/g, " ").trim().replace(/<!--/g, "<! --")
    .replace(/^(\\*\[)/, "\\$1").replace(/^(`{3,}|~{3,})/, " $1").trim();
  const lines = (text) => text.split("\n").map(line).filter(Boolean);
  const quoted = (text) => JSON.stringify(text.replace(/\s+/g, " ").trim());
  const box = (ticked) => (ticked ? "- [x]" : "- [ ]");
  const value = (kind) => (by(kind)[0] ? by(kind)[0].value.trim() : "");
  const section = (title, items, level = "##") =>
    `\n${level} ${title}\n\n${items.map((item) => `${item}\n`).join("")}`;
  const today = () => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };
  const front = () => {
    const presenters = value("presenters").split(",").map((name) => name.trim()).filter(Boolean);
    const found = [["date", value("date") || today()], ["session", quoted(about.session)]];
    if (about.group) found.push(["group", quoted(about.group)]);
    found.push(["assignment", quoted(about.assignment)]);
    if (about.topic) found.push(["topic", quoted(about.topic)]);
    if (value("moderator")) found.push(["moderator", quoted(value("moderator"))]);
    found.push(["presenters", `[${presenters.map(quoted).join(", ")}]`]);
    found.push(["language", about.language]);
    return `---\n${found.map(([key, text]) => `${key}: ${text}\n`).join("")}---\n`;
  };
  const goals = () => {
    const earlier = by("done").map(
      (field) => [field.dataset.person, field.dataset.text, field.checked]);
    const next = by("goal").filter((field) => field.value.trim())
      .map((field) => [field.closest("[data-person]").dataset.person, line(field.value), false]);
    return [...earlier, ...next].map(
      ([who, text, done]) => `${box(done)} ${who || "all"}: ${text}`);
  };
  const questions = () => {
    const earlier = by("answered").flatMap((field) => {
      const item = field.closest("[data-question]");
      const answer = lines(item.querySelector("textarea").value);
      return [`${box(field.checked)} ${item.dataset.question}: ${item.dataset.text}`,
        ...answer.map((text) => `  - ${text}`)];
    });
    return [...earlier, ...lines(value("questions")).map((text) => `${box(false)} ${text}`)];
  };
  const points = (kind) => lines(value(kind)).map((text) => `- ${text}`);
  const record = () => [
    front(),
    section("Attendance", by("here").map(
      (field) => `${box(field.checked)} ${field.closest("[data-person]").dataset.person}`)),
    section("Goals", goals()),
    section("Questions", questions()),
    section("Decisions", points("decisions")),
    section("Retrospective", []),
    section("Keep", points("keep"), "###"),
    section("Problem", points("problems"), "###"),
    section("Try", points("tries"), "###"),
  ].join("");
  document.getElementById("save").addEventListener("click", () => {
    const name = `${value("date") || today()}-${about.session}.md`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([record()], { type: "text/markdown" }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    document.getElementById("status").textContent = `→ ${name}`;
  });

  // From section to section, for whoever reads aloud; never while somebody types.
  const headings = [...document.querySelectorAll("main h2")];
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const tops = headings.map((heading) => heading.getBoundingClientRect().top);
    const at = headings.indexOf(document.activeElement);
    const here = at >= 0 ? at : tops.filter((top) => top < 4).length - 1;
    const next = headings[Math.min(Math.max(here + step, 0), headings.length - 1)];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "start" });
  });
})();

"use strict";
(() => {
  const data = document.body.dataset;
  const fields = [...document.querySelectorAll("fieldset")];
  const progress = document.getElementById("progress");
  const said = document.getElementById("said");
  if (!progress) return;
  const kept = "review " + data.token;

  const written = () => {
    const items = {};
    for (const field of fields) {
      const item = (items[field.dataset.item] ??= { scores: {}, comments: {} });
      const chosen = field.querySelector("input:checked");
      const comment = field.querySelector("textarea").value;
      if (chosen) item.scores[field.dataset.criterion] = chosen.value === "" ? null : Number(chosen.value);
      if (comment.trim()) item.comments[field.dataset.criterion] = comment;
    }
    return { form: data.form, schema: Number(data.version), token: data.token,
      saved: new Date().toISOString(), items };
  };

  const fill = (form) => {
    for (const field of fields) {
      const item = form.items?.[field.dataset.item] ?? {};
      const score = item.scores?.[field.dataset.criterion];
      for (const input of field.querySelectorAll("input"))
        input.checked = score !== undefined && input.value === (score === null ? "" : String(score));
      const comment = item.comments?.[field.dataset.criterion] ?? "";
      field.querySelector("textarea").value = typeof comment === "string" ? comment : "";
      field.querySelector("details").open = Boolean(comment);
    }
  };

  const count = () => {
    const done = fields.filter((field) => field.querySelector("input:checked")).length;
    progress.textContent = data.progress.replace("{done}", done).replace("{all}", fields.length);
  };

  const keep = () => {
    count();
    try {
      localStorage.setItem(kept, JSON.stringify(written()));
    } catch {
      said.textContent = data.notKept;
    }
  };

  const save = () => {
    const text = JSON.stringify(written(), null, 1) + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "review.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    said.textContent = data.saved;
  };

  const load = async (event) => {
    said.textContent = "";
    try {
      const form = JSON.parse(await event.target.files[0].text());
      if (form.token !== data.token) throw new Error("another form");
      fill(form);
      keep();
    } catch {
      said.textContent = data.notLoaded;
    }
  };

  try {
    const before = localStorage.getItem(kept);
    if (before) fill(JSON.parse(before));
  } catch {
    said.textContent = data.notKept;
  }
  document.addEventListener("change", keep);
  document.addEventListener("input", keep);
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("load").addEventListener("change", load);
  count();
})();

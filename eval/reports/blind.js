"use strict";
const judged = () => [...document.querySelectorAll("input:checked")];
document.addEventListener("change", () => {
  const all = document.querySelectorAll("section").length;
  document.getElementById("said").textContent = `${judged().length} of ${all} judged`;
});
document.getElementById("save").addEventListener("click", () => {
  const votes = Object.fromEntries(judged().map((one) => [one.name, one.value]));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify({ votes })], { type: "application/json" }));
  link.download = "votes.json";
  link.click();
});

"use strict";
$("join").addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("");
  try {
    const { desk } = await ask("/api/join", { name: $("name").value });
    location.assign(desk);
  } catch (error) {
    complain(error);
  }
});
$("name").focus();

// The forms of the admin app, which have their JSON one click away.

/** The text field with the JSON of what the page edits; the page shows it from then on. */
export async function json(page) {
  const view = page.getByRole("button", { name: "JSON", exact: true }).first();
  await view.waitFor();
  if ((await view.getAttribute("aria-pressed")) !== "true") await view.click();
  return page.getByRole("textbox", { name: /JSON$/ });
}

/** Changes that JSON, and waits until it is on the draft. */
export async function edit(page, change) {
  const area = await json(page);
  const value = JSON.parse(await area.inputValue());
  change(value);
  await area.fill(JSON.stringify(value, null, 2));
  // Longer than the pause after which what was typed is taken.
  await page.waitForTimeout(300);
}

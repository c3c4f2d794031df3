// Saves a person's changes to a checklist, one after the other, and tells how that went. The chat and the page share it.
(() => {
  const versions = {}; // the version of each checklist that this window knows
  let queue = Promise.resolve();

  async function send(root, id, change) {
    const response = await fetch(`${root}v1/checklists/${id}`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ updated: versions[id], ...change }),
    });
    const body = await response.json();
    if (!response.ok) throw Object.assign(new Error(body.error.message), { conflict: response.status === 409 });
    versions[id] = body.updated;
    return body;
  }

  // `updated` is the version that the window was loaded with; resolves to the checklist as it is then.
  window.saveChecklist = (root, id, updated, change) => {
    versions[id] ??= updated;
    const sent = queue.then(() => send(root, id, change));
    queue = sent.catch(() => {});
    return sent;
  };
})();

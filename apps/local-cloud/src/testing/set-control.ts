/** Posts a setting to the control endpoint of a local cloud; throws with its answer where it refuses. */
export const setControl = async (url: string, path: string, body: unknown): Promise<void> => {
  const answer = await fetch(`${url}/_control/${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
}

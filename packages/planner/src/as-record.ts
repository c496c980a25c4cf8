/** A request body as what it is on the wire: members by name. */
export const asRecord = (body: object) => body as Record<string, unknown>

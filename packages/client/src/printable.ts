/** Text of the server for one line of a terminal: control characters, which could move the cursor or colour the screen, are left out; line breaks and tabs become spaces. */
export const printable = (text: string): string =>
  text
    .replace(/[\t\n\r]+/g, ' ')
    // oxlint-disable-next-line eslint/no-control-regex -- control characters are what is removed
    .replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')

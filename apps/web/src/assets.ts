import { agesScript } from './client/ages.ts'
import { formScript } from './client/form.ts'
import { liveScript } from './client/live.ts'
import { baseStyle } from './style/base.ts'
import { formStyle } from './style/forms.ts'
import { tableStyle } from './style/tables.ts'

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b5a8a"/><path d="M3.5 12 8 3.5 12.5 12M5.5 9h5" fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** What the pages load, by file name below /assets/. In the program itself, so that the bundle needs no files beside it. */
export const assets: Readonly<Record<string, { contentType: string; text: string }>> = {
  'style.css': { contentType: 'text/css; charset=utf-8', text: baseStyle + tableStyle + formStyle },
  'app.js': {
    contentType: 'text/javascript; charset=utf-8',
    text: `'use strict'\n{${agesScript}${liveScript}${formScript}}\n`,
  },
  'icon.svg': { contentType: 'image/svg+xml', text: icon },
}

/**
 * The report's only script: the confidence slider of the pictures and the theme switch. Without it the page shows everything, with boxes drawn
 * from each model's own confidence on. Moving the slider only switches classes, so that 1,200 boxes follow it within a frame.
 */
export const script = `
const root=document.documentElement
const theme=document.querySelector('[data-theme-switch]')
if(theme){theme.hidden=false
theme.addEventListener('click',()=>{const dark=root.dataset.theme?root.dataset.theme==='dark':matchMedia('(prefers-color-scheme: dark)').matches
root.dataset.theme=dark?'light':'dark'})}
const controls=document.querySelector('[data-confidence]')
if(controls){controls.hidden=false
const slider=controls.querySelector('input'),output=controls.querySelector('output')
const panels=[...document.querySelectorAll('[data-from]')].map(panel=>({panel,own:Number(panel.dataset.from),
boxes:[...panel.querySelectorAll('[data-score]')].map(g=>[g,Number(g.dataset.score)]),
misses:[...panel.querySelectorAll('[data-found]')].map(g=>[g,Number(g.dataset.found)]),
counts:panel.querySelector('[data-counts]')}))
const draw=common=>{for(const{panel,own,boxes,misses,counts}of panels){const least=common===undefined?own:common
for(const[g,score]of boxes)g.classList.toggle('off',score<least)
for(const[g,score]of misses)g.classList.toggle('off',score>=least)
const n=c=>panel.querySelectorAll('g.'+c+':not(.off)').length
counts.textContent=n('tp')+' true, '+n('fp')+' false, '+n('fn')+' missed'}}
slider.addEventListener('input',()=>{const least=Number(slider.value)/100
output.textContent=least.toFixed(2)
draw(least)})
controls.querySelector('button').addEventListener('click',()=>{output.textContent='each model’s own'
draw()})}
`

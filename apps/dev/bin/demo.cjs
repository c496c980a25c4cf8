'use strict'
require('./node-version.cjs').requireNode()
void require('./run-program.cjs').runProgram('dev', ['demo'].concat(process.argv.slice(2)))

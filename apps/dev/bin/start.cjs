'use strict'
require('./node-version.cjs').requireNode()
void require('./run-program.cjs').runProgram(process.argv[2], process.argv.slice(3))

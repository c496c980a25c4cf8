'use strict'
require('./node-version.cjs').requireNode()
void require('./run-program.cjs').runProgram('cli', process.argv.slice(2))

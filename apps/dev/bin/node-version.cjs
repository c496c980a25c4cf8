'use strict'
/* oxlint-disable eslint/no-var, unicorn/prefer-string-slice -- any Node must be able to read this file, so it is written in the JavaScript of 2009 */

/** The oldest Node that Assay runs on. */
var NEEDED = [20, 19]

/** One line that says what was met, what is needed and how to get it; empty where `version` will do. */
exports.nodeVersionFault = function (version) {
  var parts = String(version).split('.')
  var major = parseInt(parts[0], 10)
  var minor = parseInt(parts[1], 10)
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return ''
  return (
    'Node ' +
    version +
    ' was met, Node ' +
    NEEDED.join('.') +
    ' or newer is needed: "nvm install 24" or a package from https://nodejs.org/en/download'
  )
}

/** Ends the process with exit code 2 on a Node that is too old. ASSAY_PRETEND_NODE stands in for the version, for tests. */
exports.requireNode = function () {
  var fault = exports.nodeVersionFault(process.env.ASSAY_PRETEND_NODE || process.versions.node)
  if (!fault) return
  process.stderr.write(fault + '\n')
  process.exit(2)
}

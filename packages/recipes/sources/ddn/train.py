raise SystemExit('not yet')

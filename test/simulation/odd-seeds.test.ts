import { testSeeds } from './simulate.ts'

testSeeds(1, 2)

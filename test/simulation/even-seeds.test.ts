import { testSeeds } from './simulate.ts'

testSeeds(2, 2)

import { a } from './a.som';
import { b } from './a.som';
console.log(a, b);

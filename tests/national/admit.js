// Lets the places of a file in as the national map does, and prints those that it refuses.
const { readFileSync } = require('node:fs');
const { fromSchemaLieuDeMediationNumerique } = require('@gouvfr-anct/lieux-de-mediation-numerique');

const places = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const refused = places.flatMap((place) => {
  try {
    fromSchemaLieuDeMediationNumerique(place);
    return [];
  } catch (error) {
    return [`${place.nom}: ${error.message}`];
  }
});
console.log(JSON.stringify({ places: places.length, refused }));

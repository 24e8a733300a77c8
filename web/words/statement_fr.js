/** The accessibility statement, in French, in the order that article 47 of law 2005-102 asks for. */

export default {
  title: 'Déclaration d’accessibilité',
  parts: [
    ['', ['Cette déclaration s’applique à l’application Quotidien, à l’adresse /app/ de ce service. La collectivité qui l’ouvre à ses agents la reprend à son nom, comme le demande l’article 47 de la loi no 2005-102 du 11 février 2005.']],
    ['État de conformité', ['L’application est en conformité partielle avec le référentiel général d’amélioration de l’accessibilité (RGAA 4.1.2) : elle a été conçue pour s’y conformer, et n’a pas été auditée par une personne.']],
    ['Ce qui a été vérifié', [
      'axe-core 4.14 sur chaque page, en thème clair et sombre, en français : aucune non-conformité relevée.',
      'Usage au clavier seul, ordre de tabulation, prise de focus visible et jamais perdue.',
      'Largeur de 320 pixels, texte à 200 %, couleurs imposées.',
      'Cibles d’au moins 44 pixels, contrastes d’au moins 4,5.',
    ]],
    ['Ce qui ne l’a pas été', [
      'La restitution par un lecteur d’écran (NVDA, VoiceOver, TalkBack) n’a pas été éprouvée.',
      'Les documents PDF produits par le service sont balisés (PDF/UA-1) ; leur lecture par ces logiciels n’a pas été éprouvée non plus.',
      'Les pages en anglais et les animations réduites n’ont pas été vérifiées.',
    ]],
    ['Établissement', ['Établie le 28 novembre 2026. Technologies : HTML, CSS, JavaScript, SVG. Environnement : Chromium 156 sur Linux.']],
    ['Retour d’information et contact', ['Si un contenu ou un geste vous résiste, écrivez à la coordination de votre organisation : elle vous doit une solution ou une autre voie.']],
    ['Voies de recours', ['Si vous n’obtenez pas de réponse, vous pouvez saisir le Défenseur des droits : par son formulaire en ligne, auprès de son délégué dans votre département, ou par courrier gratuit à Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.']],
  ],
};

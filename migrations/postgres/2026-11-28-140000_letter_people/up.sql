-- A row names each group of people by a letter (storage/reports/people.rs): a breakdown of people reads each row, and
-- reads less. Lists and their braces go, names become letters; both are in the same order.
UPDATE interventions SET people =
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(people,
    '"12_17":', '"a":'),
    '"18_24":', '"b":'),
    '"25_39":', '"c":'),
    '"40_59":', '"d":'),
    '"60_69":', '"e":'),
    '"70_plus":', '"f":'),
    '"under_12":', '"g":'),
    '"individual":', '"h":'),
    '"redirected":', '"i":'),
    '"workshop":', '"j":'),
    '"female":', '"k":'),
    '"male":', '"l":'),
    '"employed":', '"m":'),
    '"in_school":', '"n":'),
    '"retired":', '"o":'),
    '"unemployed":', '"p":'),
    '"age_groups":{', ''),
    '"follow_ups":{', ''),
    '"genders":{', ''),
    '"situations":{', ''),
    '},', ','),
    '}}', '}');

"""Sample texts on which an export is compared with its original."""

SENTENCES = (
    "The harbour of Esk",
    "The harbour opened in the spring of 1902, eleven years after the first stone was laid.",
    "It was built by Ada Moor, who had until then made bridges, and whom the town council chose "
    "against the advice of its own engineer because she asked for the least money.",
    "By 1914 more than 600 ships a year tied up there.",
    "Most of them carried coal, tin and, from the late summer on, apples.",
    "“Nobody believed that the wall would hold,” the harbour master wrote to his sister.",
    "A storm in January 1916 proved him wrong: the water rose by 4.2 metres, and the wall held.",
    "During the war the north basin was closed to all but the navy's vessels.",
    "After 1950 the fishing boats left, one after another, for deeper water.",
    "The council sold the cranes to a yard in Norway for £38,000 and a promise of two ferries.",
    "Only one of the ferries ever came.",
    "Dr. Lena Okafor of the University of Leeds, whose study of silt in northern ports appeared "
    "last month, says that the basin loses about 3% of its depth every year.",
    "If nothing is done, she warns, sailing boats will run aground there before 2040.",
    "The mayor disagrees.",
    "He points to the dredger that the county rents out, at $1,200 a day, and to the volunteers.",
    "In March they took seventy tonnes of mud, eleven bicycles and a church bell out of the water.",
    "The bell is thought to come from St Brannock's, which fell into the sea in 1789.",
    "It will be shown in the customs house, next to the letters of Ada Moor.",
    "Children under twelve pay nothing.",
    "Opening hours: Tuesday to Sunday, 10 a.m. to 5 p.m.",
)

QUESTIONS = (
    "When did the harbour open?",
    "who built it",
    "How many ships came each year before the war?",
    "What did the ships carry?",
    "What did the harbour master write to his sister about the wall?",
    "How high did the water rise in the storm of 1916?",
    "Why was the north basin closed?",
    "Where did the cranes go, and for how much money?",
    "who is lena okafor",
    "what happens if nothing is done",
    "Does the mayor agree with the study?",
    "What was found in the mud?",
    "Which church did the bell belong to?",
    "bell customs house",
    "Who won the election?",
    "What is the capital of Norway?",
)

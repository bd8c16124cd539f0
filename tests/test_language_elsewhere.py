"""Letters in languages that are seldom known: named where they can be, never read as English."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailsense.mail.language import MIN_WORDS, UNKNOWN, language

NAMED = {
    "hu": "Köszönjük, hogy jelentkezett hozzánk a könyvelői állásra, és hogy időt szánt a "
    "beszélgetésre. Sajnos ezúttal egy másik jelölt mellett döntöttünk, akinek már van "
    "tapasztalata ezen a területen. Ha nem bánja, az adatait megőrizzük, és jelentkezünk, ha "
    "lesz új állás. Sok sikert kívánunk a továbbiakhoz!",
    "ro": "Vă mulțumim pentru interesul pe care l-ați arătat pentru postul de contabil și pentru "
    "timpul acordat discuției cu noi. Din păcate am ales un alt candidat, care are mai multă "
    "experiență în acest domeniu. Dacă sunteți de acord, vom păstra datele dumneavoastră și vă vom "
    "scrie când apare ceva nou.",
    "hr": "Zahvaljujemo vam na prijavi za radno mjesto računovođe i na vremenu koje ste izdvojili "
    "za razgovor s nama. Nažalost, odlučili smo se za drugog kandidata koji ima više iskustva na "
    "tom području. Ako se slažete, sačuvat ćemo vaše podatke i javiti vam se kada bude novih "
    "otvorenih mjesta.",
    "sk": "Ďakujeme vám za záujem o miesto účtovníka a za čas, ktorý ste nám venovali pri "
    "pohovore. Žiaľ, rozhodli sme sa pre iného uchádzača, ktorý má v tejto oblasti viac "
    "skúseností. Ak súhlasíte, vaše údaje si ponecháme a ozveme sa vám, keď budeme mať nové "
    "voľné miesto.",
    "sl": "Zahvaljujemo se vam za prijavo na delovno mesto računovodje in za čas, ki ste ga "
    "namenili pogovoru z nami. Žal smo izbrali drugega kandidata, ki ima več izkušenj na tem "
    "področju. Če se strinjate, bomo vaše podatke shranili in se vam oglasili, ko bo na voljo "
    "novo mesto.",
    "lt": "Dėkojame, kad kandidatavote į buhalterio pareigas ir skyrėte laiko pokalbiui su mumis. "
    "Deja, šį kartą pasirinkome kitą žmogų, kuris jau turi daugiau patirties šioje srityje. Jei "
    "sutinkate, jūsų duomenis išsaugosime ir parašysime, kai tik bus nauja laisva vieta mūsų "
    "įmonėje.",
    "lv": "Paldies, ka pieteicāties grāmatveža amatam un veltījāt laiku sarunai ar mums. Diemžēl "
    "šoreiz mēs izvēlējāmies citu kandidātu, kuram ir vairāk pieredzes šajā jomā. Ja jūs "
    "neiebilstat, mēs saglabāsim jūsu datus un uzrakstīsim, tiklīdz mums būs jauna brīva vieta.",
    "et": "Täname, et kandideerisite meie juurde raamatupidaja kohale ja et leidsite aega "
    "vestluseks. Kahjuks otsustasime seekord teise inimese kasuks, kellel on selles vallas rohkem "
    "kogemust. Kui te ei ole selle vastu, siis hoiame teie andmed alles ja kirjutame, kui meil on "
    "jälle mõni vaba koht.",
    "id": "Terima kasih atas lamaran Anda untuk posisi akuntan dan atas waktu yang Anda berikan "
    "untuk berbicara dengan kami. Dengan berat hati kami sampaikan bahwa kami telah memilih calon "
    "lain yang lebih berpengalaman di bidang ini. Data Anda akan kami simpan dan kami akan "
    "menghubungi Anda jika ada lowongan baru.",
    "vi": "Cảm ơn bạn đã ứng tuyển vào vị trí kế toán và đã dành thời gian trao đổi với chúng tôi. "
    "Rất tiếc, lần này chúng tôi đã chọn một người khác có nhiều kinh nghiệm hơn trong lĩnh vực "
    "này. Nếu bạn đồng ý, chúng tôi sẽ giữ hồ sơ của bạn và liên lạc khi có việc mới.",
    "ca": "Us agraïm l'interès per la plaça de comptable i el temps que ens heu dedicat. Hem "
    "llegit la vostra carta amb molta atenció, però aquest cop hem triat una altra persona que té "
    "més experiència en el sector. Si us sembla bé, guardarem les vostres dades i us escriurem "
    "quan hi hagi una nova vacant.",
    "tl": "Maraming salamat sa iyong aplikasyon para sa posisyon ng tagatuos at sa oras na "
    "ibinigay mo sa amin. Ikinalulungkot naming sabihin na ibang tao ang napili namin, dahil mas "
    "marami ang kanyang karanasan sa gawaing ito. Itatago namin ang iyong mga papel at susulat "
    "kami kung may bagong puwesto.",
    "sw": "Asante kwa ombi lako la kazi ya uhasibu na kwa muda uliotupa wakati wa mahojiano. Kwa "
    "masikitiko tunakujulisha kuwa tumemchagua mtu mwingine ambaye ana uzoefu zaidi katika kazi "
    "hii. Tutaweka taarifa zako na tutakuandikia kama kuna nafasi nyingine katika kampuni yetu.",
    "is": "Takk fyrir umsóknina um starf bókara og fyrir að gefa þér tíma til að tala við okkur. "
    "Því miður höfum við valið annan umsækjanda sem hefur meiri reynslu af þessu starfi. Ef þú "
    "vilt það geymum við gögnin þín og höfum samband þegar nýtt starf er laust hjá okkur.",
    "sq": "Faleminderit për interesin tuaj për vendin e kontabilistit dhe për kohën që na keni "
    "kushtuar. Për fat të keq ne kemi zgjedhur një person tjetër, i cili ka më shumë përvojë në "
    "këtë fushë. Nëse jeni dakord, do të ruajmë të dhënat tuaja dhe do t'ju shkruajmë kur të ketë "
    "një vend të lirë.",
    "hi": "लेखाकार के पद के लिए आवेदन करने और हमसे बात करने का समय निकालने के लिए आपका धन्यवाद। हमें "
    "खेद है कि इस बार हमने किसी और को चुना है जिन्हें इस काम का अधिक अनुभव है।",
    "bn": "হিসাবরক্ষক পদের জন্য আবেদন করায় এবং আমাদের সঙ্গে কথা বলার জন্য সময় দেওয়ায় আপনাকে "
    "ধন্যবাদ। দুঃখের সঙ্গে জানাচ্ছি যে এবার আমরা অন্য একজনকে বেছে নিয়েছি।",
    "ta": "கணக்காளர் பணிக்கு விண்ணப்பித்ததற்கும் எங்களுடன் பேச நேரம் ஒதுக்கியதற்கும் நன்றி. "
    "வருத்தத்துடன் தெரிவிக்கிறோம், இந்த முறை வேறு ஒருவரைத் தேர்ந்தெடுத்துள்ளோம்.",
    "ka": "გმადლობთ, რომ გამოგვიგზავნეთ განაცხადი ბუღალტრის თანამდებობაზე და დრო დაგვითმეთ "
    "გასაუბრებისთვის. სამწუხაროდ, ამჯერად სხვა კანდიდატი ავირჩიეთ.",
    "hy": "Շնորհակալություն հաշվապահի պաշտոնի համար դիմելու և մեզ հետ զրույցին ժամանակ "
    "տրամադրելու համար։ Ցավոք, այս անգամ մենք ընտրեցինք մեկ այլ թեկնածուի։",
    "am": "ለሂሳብ ሠራተኛ የሥራ መደብ ስላመለከቱ እና ከእኛ ጋር ለመነጋገር ጊዜ ስለሰጡን እናመሰግናለን። በዚህ ጊዜ ሌላ "
    "ሰው የመረጥን መሆናችንን በአክብሮት እንገልጻለን። መልካም ዕድል እንመኝልዎታለን። ማመልከቻዎን ለወደፊት እናስቀምጣለን።",
    "th": "ขอบคุณที่สมัครงานตำแหน่งนักบัญชีและสละเวลามาพูดคุยกับเรา เราเสียใจที่ต้องแจ้งว่าครั้งนี้เราเลือกผู้สมัครท่านอื่น",
}

UNNAMED = {
    "Welsh": "Diolch yn fawr i chi am wneud cais am swydd y cyfrifydd ac am roi o'ch amser i "
    "siarad â ni. Yn anffodus rydym wedi dewis rhywun arall y tro hwn, sydd â mwy o brofiad yn y "
    "maes. Byddwn yn cadw eich manylion ac yn cysylltu â chi os daw swydd newydd.",
    "Basque": "Eskerrik asko kontulari lanpostuan izandako interesagatik eta gurekin hitz egiteko "
    "hartutako denboragatik. Zoritxarrez, oraingoan beste pertsona bat aukeratu dugu, arlo "
    "honetan esperientzia handiagoa duelako. Zure datuak gordeko ditugu eta berriro idatziko "
    "dizugu lanpostu berri bat dagoenean.",
    "Esperanto": "Dankon pro via kandidatiĝo por la posteno de kontisto kaj pro la tempo, kiun vi "
    "donis al ni. Bedaŭrinde ni elektis alian personon, kiu havas pli da sperto pri tiu ĉi laboro. "
    "Ni konservos viajn informojn kaj skribos al vi, kiam nova posteno liberiĝos.",
    "Azerbaijani": "Mühasib vəzifəsinə müraciət etdiyiniz və bizimlə söhbətə vaxt ayırdığınız üçün "
    "təşəkkür edirik. Təəssüf ki, bu dəfə sahədə təcrübəsi daha çox olan başqa namizədi seçdik. "
    "Razısınızsa, məlumatlarınızı saxlayacağıq və yeni iş yeri açılanda sizə yazacağıq.",
    "Maltese": "Grazzi talli applikajt għall-post ta' skrivan u talli tajtna ħin biex nitkellmu. "
    "Jiddispjaċina ngħidulek li din id-darba għażilna persuna oħra li għandha aktar esperjenza "
    "f'dan ix-xogħol. Inżommu d-dettalji tiegħek u niktbulek meta jkun hemm post ġdid.",
    "Zulu": "Siyabonga ngokufaka isicelo somsebenzi wokugcina amabhuku nangesikhathi osinike sona "
    "ukuze sixoxe. Ngeshwa sikhethe omunye umuntu onolwazi olwengeziwe kulo msebenzi. Sizogcina "
    "imininingwane yakho futhi sizokubhalela uma kuvela esinye isikhala enkampanini yethu "
    "ngonyaka ozayo.",
    "Uzbek": "Hisobchi lavozimiga ariza topshirganingiz va biz bilan suhbatga vaqt ajratganingiz "
    "uchun rahmat. Afsuski, bu safar ushbu sohada tajribasi ko'proq bo'lgan boshqa nomzodni "
    "tanladik. Ma'lumotlaringizni saqlab qo'yamiz va yangi ish o'rni ochilganda sizga yozamiz.",
    "Somali": "Waad ku mahadsan tahay codsigaaga shaqada xisaabiyaha iyo wakhtiga aad nala "
    "qaadatay. Nasiib darro waxaan dooranay qof kale oo khibrad dheeraad ah u leh shaqadan. "
    "Xogtaada waan haynaynaa, waanan kuu soo qori doonnaa marka ay jirto meel cusub.",
    "Serbian in Cyrillic": "Хвала вам на пријави за место рачуновође и на времену које сте "
    "издвојили за разговор с нама. Нажалост, овог пута изабрали смо другог кандидата, који "
    "има више искуства у овом послу.",
    "Tibetan": "རྩིས་པའི་ལས་གནས་ལ་སྙན་ཞུ་ཕུལ་བར་ཐུགས་རྗེ་ཆེ། ང་ཚོས་ཐེངས་འདིར་མི་གཞན་ཞིག་བདམས་པ་ཡིན། "
    "ཁྱེད་ལ་བཀྲ་ཤིས་བདེ་ལེགས་ཡོང་བའི་སྨོན་འདུན་ཞུ་གི་ཡོད། སླར་ཡང་མཇལ་ཡོང་།",
}


@pytest.mark.parametrize("code", NAMED)
def test_a_letter_tells_its_language(code: str) -> None:
    assert language(NAMED[code]) == code


@pytest.mark.parametrize("code", [code for code in NAMED if NAMED[code][0] < "ʀ"])
def test_it_tells_it_in_letters_and_accents_apart_as_well(code: str) -> None:
    assert language(unicodedata.normalize("NFD", NAMED[code])) == code


@pytest.mark.parametrize("name", UNNAMED)
def test_a_letter_in_a_language_without_a_name_here_is_known_to_be_foreign(name: str) -> None:
    assert language(UNNAMED[name]) not in ("", "en")


@pytest.mark.parametrize("name", ["Welsh", "Basque", "Esperanto", "Zulu", "Somali"])
def test_and_it_gets_no_wrong_name(name: str) -> None:
    assert language(UNNAMED[name]) == UNKNOWN == "und"


@pytest.mark.parametrize("name", [name for name in UNNAMED if UNNAMED[name][0] < "ʀ"])
def test_a_few_words_of_it_tell_nothing(name: str) -> None:
    assert language(" ".join(UNNAMED[name].split()[: MIN_WORDS - 4])) == ""


def test_between_sisters_one_is_named() -> None:
    text = "Tak for at du ringte og for den tid du tog. Det er en god idé, og vi har tid i morgen."
    assert language(text) in ("da", "nb")


ENGLISH_WITHOUT_SMALL_WORDS = {
    "jobs": "Kennel hand, Thirsk\nVet receptionist, Ripon (2)\nGroomer, chair rental, Harrogate\n"
    "Zoo keeper (reptiles), Malton\nDog walker, self employed, Knaresborough\nFarrier, Skipton\n",
    "jobs in lower case": "front of house assistants, zero hours, hull\nart handler, crate work, "
    "park royal\ncollections registrar, maternity cover, dorset\nlearning producer, berwick\n"
    "wardrobe assistant, summer season, leeds\nstage crew, nights, overtime paid\n",
    "shopping": "milk, eggs, brown bread, butter, cheddar, two onions, carrots, celery, garlic, "
    "tinned tomatoes, pasta, rice, chicken thighs, frozen peas, apples, bananas, washing powder",
    "names": "Aoife Brannigan, Siobhán Ní Dhomhnaill, Krzysztof Wójcik, Nguyễn Thị Hương, Zsófia "
    "Szűcs, Þórunn Björnsdóttir, Çağla Yıldız, Oluwaseun Adébáyò, Xóchitl Muñoz, Jürgen Groß",
    "log": "FAIL test_offer_expiry_timezone\nFAIL test_candidate_merge_dupes\nwarning: unused "
    "variable tmp\nlinker exited status 1\nmake[2]: *** [all] Error 2\nbuild aborted\n" * 2,
    "code": "def main(argv): parser = argparse.ArgumentParser() args = parser.parse_args(argv) "
    "print(json.dumps(fmt(args.url), sort_keys=True)) sys.exit(0) import sys, json, argparse",
    "base64": "aGVsbG8gd29ybGQK c29tZXRoaW5n ZWxzZQo bG9uZ2Vy bGluZXM gb2Yg Z2FyYmFnZQ " * 5,
    "notes": "lost the location, farmer changed his mind, so no shoot monday, sorry everyone, "
    "crew stays hired, tuesday five sharp, other barn, bring boots, coffee provided",
    "table": "region   q1   q2   q3\nnorth   412   388   401\nsouth   97   102   88\n" * 6,
    "one word": "xy axy " * 40,
}


@pytest.mark.parametrize("case", ENGLISH_WITHOUT_SMALL_WORDS)
def test_a_list_a_log_or_a_hurried_note_is_not_taken_for_another_language(case: str) -> None:
    assert language(ENGLISH_WITHOUT_SMALL_WORDS[case]) == ""


ENGLISH = (
    "Thank you for the time you took to talk with us. We have read your letter with great "
    "interest, but we have decided to go on with another person for this post."
)


@pytest.mark.parametrize("name", [name for name in UNNAMED if UNNAMED[name][0] < "ʀ"])
def test_a_letter_that_is_half_english_is_not_foreign(name: str) -> None:
    some = " ".join(UNNAMED[name].split()[:8])
    assert language(f"{some}\n{ENGLISH} {ENGLISH}") in ("", "en")


@given(st.lists(st.sampled_from(ENGLISH.split()), min_size=30, max_size=60))
@settings(max_examples=100, deadline=None)
def test_english_words_in_any_order_are_never_another_language(words: list[str]) -> None:
    assert language(" ".join(words)) in ("", "en")

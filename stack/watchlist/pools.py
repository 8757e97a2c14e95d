"""Parts of names that no package spells in several ways: native script, then how it is romanised."""

from functools import cache

ARABIC_GIVEN = """
محمد Mohammed Muhammad Mohamed Mohammad|أحمد Ahmed Ahmad|علي Ali Aly|حسن Hassan Hasan|حسين Hussein Hussain Husayn
عمر Omar Umar|خالد Khaled Khalid|يوسف Yousef Yusuf Youssef Yusef|إبراهيم Ibrahim Ebrahim|عبدالله Abdullah Abdallah
عبدالرحمن Abdulrahman Abdurrahman Abdelrahman|مصطفى Mustafa Mostafa Moustafa|طارق Tariq Tarek Tareq|كريم Karim Kareem
سعيد Saeed Said Saïd|ناصر Nasser Nasir Naser|جمال Jamal Jamaal|فيصل Faisal Faysal Feisal|ماجد Majid Majed
سليمان Suleiman Sulayman Soleiman|زياد Ziad Ziyad|رشيد Rashid Rasheed Rachid|وليد Walid Waleed|حمزة Hamza Hamzah
قاسم Qasim Kassem Qassim|بلال Bilal Belal|صالح Saleh Salih|عثمان Othman Uthman Osman|ليلى Layla Leila Laila
فاطمة Fatima Fatimah Fatma|عائشة Aisha Aysha|مريم Maryam Mariam Meryem|زينب Zainab Zaynab Zeinab|نور Nour Noor Nur
"""
ARABIC_FAMILY = """
الظهيراني al-Dhahirani Dhahirani al-Zahirani|الحسيني al-Husseini al-Hussaini El-Husseini|المصري al-Masri El-Masry
البغدادي al-Baghdadi Baghdadi|الخطيب al-Khatib El-Khatib|الشامي al-Shami Al-Shamy|التميمي al-Tamimi Tamimi
القحطاني al-Qahtani Qahtani al-Kahtani|الزهراني al-Zahrani Zahrani|العمري al-Omari al-Umari|حداد Haddad Hadad
النجار al-Najjar El-Naggar|الجبوري al-Jubouri al-Jabouri|الدليمي al-Dulaimi al-Dulaymi|الراوي al-Rawi Rawi
منصور Mansour Mansur Mansoor|الأسدي al-Asadi Asadi|الكردي al-Kurdi Kurdi|اليمني al-Yamani al-Yemeni|الليبي al-Libi
الفاسي al-Fassi El-Fassi|بن سالم bin-Salem Bensalem|الغامدي al-Ghamdi al-Ghamedi|الشهري al-Shehri al-Shihri
الحربي al-Harbi Harbi|المالكي al-Maliki Maliki|السوداني al-Sudani Soudani|الصباغ al-Sabbagh Sabbagh|خوري Khoury Khouri
الدوسري al-Dosari al-Dossari|العتيبي al-Otaibi al-Utaybi|المطيري al-Mutairi al-Mutayri|الرشيدي al-Rashidi Rashidi
"""
CHINESE_FAMILY = """
王 Wang|李 Li|张 Zhang|刘 Liu|陈 Chen|杨 Yang|赵 Zhao|黄 Huang|周 Zhou|吴 Wu|徐 Xu|孙 Sun|胡 Hu|朱 Zhu|高 Gao|林 Lin
何 He|郭 Guo|马 Ma|罗 Luo|梁 Liang|宋 Song|郑 Zheng|谢 Xie|韩 Han|唐 Tang|冯 Feng|于 Yu|董 Dong|萧 Xiao
"""
CHINESE_GIVEN = """
伟 wei|芳 fang|娜 na|秀 xiu|敏 min|静 jing|丽 li|强 qiang|磊 lei|军 jun|洋 yang|勇 yong|艳 yan|杰 jie|娟 juan|涛 tao
明 ming|超 chao|兰 lan|霞 xia|平 ping|刚 gang|桂 gui|英 ying|华 hua|建 jian|国 guo|文 wen|志 zhi|海 hai|红 hong|春 chun
晓 xiao|光 guang|天 tian|宇 yu|浩 hao|欣 xin|玉 yu|梅 mei|荣 rong|新 xin|东 dong|永 yong|庆 qing|成 cheng|林 lin|峰 feng
"""
KOREAN_FAMILY = """
김 Kim Gim|박 Park Pak|최 Choi Choe|정 Jung Jeong|강 Kang Gang|조 Cho Jo
윤 Yoon Yun|장 Jang Chang|한 Han|신 Shin Sin
"""
KOREAN_GIVEN = """
민 min|수 su soo|영 young yeong|현 hyun hyeon|지 ji|우 woo u|성 sung seong|호 ho|준 jun joon|진 jin|경 kyung gyeong
미 mi|은 eun|재 jae|용 yong|철 chul cheol|태 tae|동 dong|상 sang|혜 hye|선 sun seon|원 won|주 ju joo|희 hee hui
"""
MONGOLIAN = """
Бат Мөнх Болд Ган Энх Түмэн Дорж Очир Баяр Төмөр Сүх Чулуун Гэрэл Наран Саран Отгон Цогт Эрдэнэ Жаргал Алтан Мягмар
Лхагва Пүрэв Даваа Бямба Цэрэн Дулам Нямаа Ням Хүү
"""
MONGOLIAN_FATHERS = """
Цэндийн Доржийн Баатарын Дамдины Сүхийн Гомбын Чойжилын Пүрэвийн Лувсангийн Цэдэнгийн Ядамын Жамцын Ганболдын Нямын
Батсүхийн Содномын Раднаагийн Бямбын Очирын Дашийн Санжийн Тогоогийн Балдангийн Чимэдийн
"""
ORGANISATIONS = """
Heron Falcon Anchor Meridian Cedar Granite Amber Saffron Orion Tundra Caravan Delta Zenith Harbor Lotus Sable Cobalt
Juniper Monsoon Citadel Aurora Basalt Pelican Summit Estuary Coral Prairie Obsidian Lantern Compass Willow Marlin
"""
TRADES = (
    "Maritime Shipping Trading Petroleum Logistics Mining Aviation Electronics Construction Textiles Foods Chemicals"
)
FORMS = "Holdings|Group|LLC|Ltd|GmbH|S.A.|Company|General Trading LLC|Foundation|Brothers|Industries|JSC"


@cache
def pairs(pool: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Native word and its romanisations, of a pool whose members are apart by bars or lines."""
    members = [each.split(" ") for each in pool.strip().replace("\n", "|").split("|")]
    return tuple((_native(each), _latin(each)) for each in members)


def _native(words: list[str]) -> str:
    return " ".join(word for word in words if not _is_latin(word))


def _latin(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _is_latin(word))


def _is_latin(word: str) -> bool:
    return word[0].isascii()

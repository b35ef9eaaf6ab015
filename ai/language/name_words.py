"""Stems of the given names people of these countries bear, as they are typed in Latin letters."""

_WOMEN = """
natal veroni kateryn ekaterin katarzyn katerin katherin catherin katy kasi svitlan svetlan swietlan mari
maryn marin oksan
yuli juli yulian iryn irin ire tetyan tatyan tatian vikto viktori viktoriy olh olg olen elen helen halyn
galin lyudmyl ludmil lyudmil lyubov nadiy nadezhd nadi lid larys laris anastasi anastasiy nast darin dary
dariy dari zlat solomi khrystyn hrystyn hristin krystyn kristin christin inn zhann zoy valentyn valentin
valeri valeriy margaryt margarit małgorzat malgorzat agnieszk aneta anet barbar bozhen bozen beat dorot
ewelin eweli gabriel hann iwon izabel jadwig jolant joann justyn karolin kamil kinga magdalen mart martyn
monik paulin patrycj sylwi teres urszul wand weroni wiolet zofi zuzann alin alis alic alyon alon polin yan
yaroslav diana dian emili emily emma sofi sophi jessic jennif sarah sara laura linda nicole rebecca rachel
hannah olivia isabell isabel angelin angel evhen yevheni bohdan myroslav ulyan vasylyn snizhan rusla ruslan
stefani lili lesya les ksen kseni elvir elmir albin aleksandr oleksandr sash
"""
_MEN = """
andri andrey andrzej serhi sergi sergey oleksi aleksey alexey dmytr dmitri dmitry volodym vladimir mykol
nikola mykhayl mihail michail michal mikhail ivan vasyl vasili vasyli yuri yurii petr piotr pavl pawel pavel
oleh oleg igor ihor taras roman maksym maksim denys denis artem artur vital vitali stanislav stanislaw
tomasz krzysztof marcin mateusz jakub grzegorz lukasz jerzy zbigniew robert daniel david michael john james
peter thomas steven kevin brian jason
"""
STEMS = (*_WOMEN.split(), *_MEN.split())
# Words that look like one of them at the beginning of a sentence.
_ORDINARY = """
marine marina's marble march mark market married mariage marriage romantic davide person personal angle
martha's inner inna's inni innyi inshi inshoho leser lesson less lest lidi lida lider ideal sarafan robot
robota roboty robotu roboti rabota raboty rabotu rabote yang yank alina's angles patron danych danie dania
emilia's darit darite daruyu daruem daruemo daruye dari darmowy darmowe natural naturalno naturalny
naturalni naturalnyi naturalnye naturalnie kamilka lista listu lili hannahs olha's kasa kasie kasi kasu
yanvarya yanvar yana's zoya's irena's beata's beat beats beaty kinga's marta's march marts martu martsi
marcie marca marzec marta mart marte alone along alongside alonso romana's romans wanda's barbara's barber
barbers sari saris inne inny inna innego innej inn inns innych lesa lesu
"""
ORDINARY = frozenset(_ORDINARY.split())

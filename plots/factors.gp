# Layer cost and ISA cost, the two factors of a foreign cell's overhead.
load 'factors.set'
load 'style.gp'
x_title = 'time ÷ native time: layer cost × ISA cost'
load 'lanes.gp'

set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb ink lw 1.5 front
whole = "(column('layer') * column('isa'))"
is(k, name, value) = column(name) == env_slot[k] && strcol('note') eq '-' ? value : NaN
larger(a, b) = a > b ? a : b
# The ISA cost's interval, carried to where its bar ends.
at(value) = column('layer') * value
# A narrow plot has no room for the numbers behind the bars.
spelled(a, b) = when(!narrow && a * b > 0, sprintf('%.3g × %.3g', a, b))

plot @frame, \
	for [k=1:envs] data using (1):(is(k, 'same_slot', column('y'))):(1):'layer':(column('y') - 5):(column('y') + 5) with boxxyerror lc rgb colour[env_slot[k]] fs solid 0.85 noborder, \
	for [k=1:envs] data using (1):(is(k, 'foreign_slot', column('y'))):'layer':@whole:(column('y') - 2.6):(column('y') + 2.6) with boxxyerror lc rgb colour[env_slot[k]] fs solid 1 noborder, \
	for [k=1:envs] data using @whole:(is(k, 'foreign_slot', column('y'))) with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.8, \
	data using 'layer':(column('y') - 1.2):'layer_lo':'layer_hi' with xerrorbars lc rgb ink pt -1 lw 1, \
	data using @whole:(column('y') + 1.2):(at(column('isa_lo'))):(at(column('isa_hi'))) with xerrorbars lc rgb ink pt -1 lw 1, \
	data using (known('layer_hi') && known('isa_hi') ? larger(column('layer_hi'), at(column('isa_hi'))) * 1.04 : 1):'y':(spelled(column('layer'), column('isa'))) with labels left tc rgb ink font ',8', \
	for [k=1:envs] NaN with points lc rgb colour[env_slot[k]] pt 5 ps 1 title env_name[k]

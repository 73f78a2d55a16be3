# Achieved GFLOP/s and GB/s as a share of native.
load 'rates.set'
load 'style.gp'
x_title = 'rate ÷ native rate'
load 'lanes.gp'

set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb ink lw 1.5 front
# The number stands where there is room: left of a dot in the right part, right of it elsewhere.
right(s) = when(column('share') > along(0.6), s)
left(s) = when(column('share') <= along(0.6), s)

plot @frame, \
	for [k=1:envs] data using 'share':(of(k, column('y'))) with points lc rgb colour[env_slot[k]] pt shape[env_slot[k]] ps 0.6, \
	data using (placed('share')):'y':(right(strcol('text'))) with labels right offset char -1,0 tc rgb quiet font ',8', \
	data using (placed('share')):'y':(left(strcol('text'))) with labels left offset char 1,0 tc rgb quiet font ',8', \
	@key

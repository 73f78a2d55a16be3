# Coverage by blocks, a panel per kind of noise; from results.csv. gnuplot tests/validation/coverage.gp
data = 'tests/validation/results.csv'
set terminal svg size 900,720 dynamic font 'sans-serif,11' background '#ffffff'
set output 'tests/validation/coverage.svg'
worlds = 'normal log-normal t3 spikes drift ar1-.3 ar1-.6 spells spells-half'
methods = 'toll toll-alone toll-first paired-t bootstrap pooled-t hyperfine pyperf'
colours = '#0072b2 #56b4e9 #999999 #000000 #e69f00 #d55e00 #009e73 #cc79a7'
points = '7 6 1 2 4 8 10 12'
chosen(w, m) = sprintf("< awk -F, '$1 == \"coverage\" && $2 == \"%s\" && $4 == \"0.3\" && $5 == \"%s\" " \
	."{ print $3, 100 * $7 / $6 }' %s", word(worlds, w), word(methods, m), data)
set multiplot layout 3,3 margins 0.06,0.98,0.12,0.9 spacing 0.05,0.08
set label 100 'Share of runs whose 95 % interval contains the true ratio, by blocks; ' \
	.'30 % of the variance between boots' at screen 0.5,0.965 center
do for [m = 1:words(methods)] {
	set label m word(methods, m) at screen 0.04 + 0.12 * (m - 1),0.035 left offset 1,0 \
		point lc rgb word(colours, m) pt int(word(points, m)) ps 0.8
}
set xrange [2.5:24]
set logscale x
set xtics (3, 5, 10, 20) nomirror
set yrange [20:101]
set ytics (20, 40, 60, 80, 95) nomirror
set format y '%g %%'
set border 3 lc rgb '#666666'
set arrow 1 from graph 0, first 95 to graph 1, first 95 nohead lc rgb '#999999' dt 2
unset key
do for [w = 1:words(worlds)] {
	set title word(worlds, w) offset 0,-0.6
	plot for [m = words(methods):1:-1] chosen(w, m) using 1:2 with linespoints \
		lc rgb word(colours, m) pt int(word(points, m)) ps 0.6 lw (m < 3 ? 2 : 1)
	unset label
}
unset multiplot

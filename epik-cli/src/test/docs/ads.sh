# The commands of docs/ads.md. AdsPageIT runs them in one shell.
# tag::ads-token[]
read -rs PINTEREST_ACCESS_TOKEN && export PINTEREST_ACCESS_TOKEN
export PINTEREST_AD_ACCOUNT_ID=549755885175
epik ads export account.yaml
# end::ads-token[]
# tag::ads-plan[]
epik ads plan autumn.yaml --out plan.json
epik ads apply plan.json --yes
# end::ads-plan[]
# tag::ads-activate[]
export EPIK_ADS_MAX_DAILY=50.00
sed -i 's/status: PAUSED/status: ACTIVE/' autumn.yaml
epik ads plan autumn.yaml
epik ads apply autumn.yaml --yes
# end::ads-activate[]
# tag::ads-lists[]
epik ads audience sync newsletter.csv --suppress opted-out.txt
epik ads report --since 7d
# end::ads-lists[]
# tag::ads-pause[]
epik ads pause --all
# end::ads-pause[]

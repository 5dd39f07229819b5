/** A dozen made-up people, with the flaws that real lists have: a local number, a typing mistake, a second address, a hash. */
export const EXAMPLE_PEOPLE = `customer_id,first_name,last_name,email,work_email,phone,country,plan,revenue
c001,Maria,Lopez,maria.lopez@example.com,,+1 415 555 0132,US,pro,420.50
c002,John,Smith,JOHN.SMITH@example.com,john@workplace.example,(415) 555-0199,US,free,0
c003,Zoë,Müller,zoe@example.net,,+49 30 5550 1234,DE,pro,310
c004,Ana,Souza,ana.souza@example.org,,,BR,team,1250
c005,Li,Wei,li.wei@example.com,li@workplace.example,+86 10 5550 1234,CN,free,12
c006,Omar,Haddad,omar@example.net,,020 7946 0958,GB,pro,99
c007,Ines,Costa,ines.costa(at)example.com,,+351 21 555 0123,PT,free,0
c008,Kofi,Mensah,kofi@example.org,,,GH,team,2100
c009,Yuki,Tanaka,,yuki@workplace.example,+81 3 5550 1234,JP,pro,75
c010,Emma,Novak,bd1d2f2e29058573630da583eda7e3a7fa75222969243c59eb0139b4c0109e5e,,,CZ,free,5
c011,Noah,Brown,noah.brown@example.com,,+61 2 5550 1234,AU,pro,640
c012,Fatima,Khan,fatima.khan@example.com,,+92 51 555 0123,PK,team,880
`

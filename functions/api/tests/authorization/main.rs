//! Who may do what: every route and every action of the product, asked by everybody for their own things, for somebody
//! else's and for nobody's, and every answer looked up in a table.
//!
//! [`routes`] and [`actions`] are the tables, in the order of `protocol::route` and `protocol::action`: a route or an
//! action without lines does not compile. A line is a deed ([`deeds`]): how it is asked for, whom it may touch, and
//! by what one sees that it was done. Each cell is a world of its own ([`scene`]), of which the rows, frames, timers,
//! errands and records are compared before and after ([`seen`]).
#![cfg(test)]

mod actions;
mod cast;
mod deed;
mod deeds;
mod docket;
mod office;
mod routes;
mod scene;
mod seen;
mod stage;
mod table;

use std::collections::BTreeSet;

use domain::refusal::Code;
use protocol::action::Action;
use protocol::route::{Answers, ApiRoute, AuthRoute, Door};

use cast::Cast;
use office::Office;
use scene::{Knock, Scene};
use table::{Cell, EVERYBODY, Object, Row, Who};

/// Everything that can be knocked at, with its lines.
fn matrix() -> Vec<(Knock, Vec<Row>)> {
    let auth = AuthRoute::ALL.iter().map(|route| (Knock::Auth(*route), routes::auth(*route)));
    let api = ApiRoute::ALL.iter().map(|route| (Knock::Api(*route), routes::api(*route)));
    let frames = Action::ALL.iter().map(|action| (Knock::Frame(*action), actions::frame(*action)));
    auth.chain(api).chain(frames).collect()
}

#[tokio::test]
async fn everybody_gets_of_every_route_and_every_action_what_the_table_says() {
    let office = Office::open();
    let cast = Cast::assemble(&office).await;
    let (mut visited, mut done, mut faults) = (0, 0, Vec::new());
    for (knock, rows) in matrix() {
        for row in rows {
            for (who, cell) in EVERYBODY.into_iter().zip(row.cells) {
                let scene = Scene::set(&office, &cast, knock, who, row.deed).await;
                let seen = scene.ask(knock, &(row.deed.ask)(&scene, row.object)).await;
                for fault in seen.faults(&scene, row.deed, row.object, cell) {
                    faults.push(format!("{knock:?} ({}) by {who:?}, {:?}: {fault}", row.deed.name, row.object));
                }
                visited += 1;
                done += usize::from(matches!(cell, Cell::Done(_)));
            }
        }
    }
    let cells: usize = matrix().iter().flat_map(|(_, rows)| rows).map(|row| row.cells.len()).sum();
    println!("{visited} cells: {done} done, {} refused", visited - done);
    assert_eq!(visited, cells, "every cell is visited");
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_route_and_every_action_says_of_all_three_objects_or_that_it_names_none() {
    for (knock, rows) in matrix() {
        assert!(!rows.is_empty(), "{knock:?} has no line");
        let names: Vec<&str> = rows.iter().map(|row| row.deed.name).collect();
        for name in names.iter().collect::<BTreeSet<_>>() {
            let lines = rows.iter().filter(|row| row.deed.name == *name);
            let lines: Vec<(Object, bool)> = lines.map(|row| (row.object, row.alone)).collect();
            let all = [(Object::Own, false), (Object::Foreign, false), (Object::Missing, false)];
            assert!(lines == all || lines == [(Object::Own, true)], "{knock:?} ({name}): {lines:?}");
        }
    }
}

#[test]
fn the_table_agrees_with_the_doors() {
    let (home, bearer) = (Cell::Refused(Code::Forbidden), Cell::Refused(Code::Unauthorized));
    let doors = matrix().into_iter().filter_map(|(knock, rows)| match knock {
        Knock::Auth(route) => Some((route.entry(), rows)),
        Knock::Api(route) => Some((route.entry(), rows)),
        Knock::Frame(_) => None,
    });
    for (entry, rows) in doors {
        for (who, cell) in rows.iter().flat_map(|row| EVERYBODY.into_iter().zip(row.cells)) {
            let without = matches!(who, Who::Anonymous | Who::Expired | Who::WrongEnvironment);
            match entry.door {
                // What is not there is there for nobody.
                Door::Open => {
                    let missing = Cell::Refused(Code::NotFound);
                    assert!(
                        cell == Cell::Done(200) || rows.iter().any(|row| row.cells == [missing; 9]),
                        "{entry:?} by {who:?}"
                    );
                }
                Door::Home if who == Who::WrongEnvironment => assert_eq!(cell, home, "{entry:?}"),
                Door::Home => assert_ne!(cell, home, "{entry:?} by {who:?}"),
                Door::Bearer | Door::Member | Door::Moderator => {
                    assert_eq!(cell == bearer, without, "{entry:?} by {who:?}");
                    let banned = entry.door != Door::Bearer && who == Who::Banned;
                    assert_eq!(cell == Cell::Refused(Code::Banned), banned, "{entry:?} by {who:?}");
                    let nobody = entry.door == Door::Moderator && !without && !banned && who != Who::Moderator;
                    assert!(!nobody || cell == home, "{entry:?} by {who:?}");
                }
                Door::Operator => assert_eq!(cell, bearer, "{entry:?} by {who:?}"),
            }
        }
    }
}

#[test]
fn but_for_moderators_routes_a_moderator_may_do_what_any_user_may() {
    let column = |who| EVERYBODY.iter().position(|one| *one == who).unwrap();
    for (knock, rows) in matrix() {
        let moderates = matches!(knock, Knock::Api(route) if route.entry().door == Door::Moderator);
        for row in rows.into_iter().filter(|_| !moderates) {
            let [moderator, user] = [Who::Moderator, Who::OtherUser].map(|who| row.cells[column(who)]);
            assert_eq!(moderator, user, "{knock:?} ({})", row.deed.name);
        }
    }
}

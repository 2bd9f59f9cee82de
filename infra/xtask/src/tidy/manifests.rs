//! Every version stands once, in the root manifest.

use super::sources::Source;

/// Checks the manifests of the members.
pub fn check(sources: &[Source]) -> Vec<String> {
    let members = sources.iter().filter(|source| source.path.ends_with("/Cargo.toml"));
    members.flat_map(of_manifest).collect()
}

fn of_manifest(source: &Source) -> Vec<String> {
    let mut in_dependencies = false;
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        if line.starts_with('[') {
            in_dependencies = line.contains("dependencies");
        } else if in_dependencies && line.contains('=') && !line.contains("workspace = true") {
            findings.push(format!(
                "{}:{}: write `workspace = true`; versions stand in the root",
                source.path,
                index + 1
            ));
        }
        if line.trim() == "[lints]" && source.text.lines().nth(index + 1).map(str::trim) != Some("workspace = true") {
            findings.push(format!("{}:{}: the lints are the workspace's", source.path, index + 1));
        }
    }
    if !source.text.contains("[lints]") {
        findings.push(format!("{}: needs [lints] with workspace = true", source.path));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        check(&[Source { path: "a/Cargo.toml".to_owned(), text: text.to_owned() }])
    }

    #[test]
    fn a_member_takes_versions_and_lints_from_the_root() {
        let good = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n\n[dependencies]\nx.workspace = true\n\
                    y = { workspace = true, features = [\"z\"] }\n";
        assert_eq!(findings(good), Vec::<String>::new());
    }

    #[test]
    fn a_version_of_its_own_and_missing_lints_are_found() {
        let bad = "[package]\nname = \"a\"\n\n[dev-dependencies]\nx = \"1\"\n";
        let wanted = [
            "a/Cargo.toml:5: write `workspace = true`; versions stand in the root",
            "a/Cargo.toml: needs [lints] with workspace = true",
        ];
        assert_eq!(findings(bad), wanted);
    }
}
